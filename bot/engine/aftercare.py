"""Watches the checks of a deploy that is done, and rolls it back by itself when one goes down.

All that is known is in rows: whenever the process dies, either a rollback was begun and says so, or the next look
begins it.
"""

from collections.abc import Callable

import structlog

from bot.aftercare import Aftercare, Aftermath
from bot.engine.journal import Journal
from bot.engine.rollout import Rollout
from bot.fleet import Fleet
from bot.messages.aftercare import down_reply, down_words, unsure_words
from bot.messages.words import escape, listing
from bot.model import Incident
from bot.plan.aftercare import Finding, Seen, goal, hosts_of, look, tells_of_release
from bot.plan.deploy import decide_rollback
from bot.plan.irreversible import left_behind
from bot.records import Deploy, DeployView, Plan
from bot.refusals import Refusal
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.trail import THE_BOT, What

log = structlog.get_logger(__name__)


class AftercareDesk:
    """`sweep` may run in several processes at once: each end is written once."""

    def __init__(self, db: Database, journal: Journal, rollout: Rollout, fleet: Callable[[], Fleet]) -> None:
        self._checks = Checks(db)
        self._incidents = Incidents(db)
        self._journal = journal
        self._rollout = rollout
        self._fleet = fleet

    def sweep(self) -> None:
        """One look at every deploy that is watched."""
        for care in self._journal.aftercares.open():
            view = self._journal.view(care.deploy)
            self._look(care, view)

    def _look(self, care: Aftercare, view: DeployView) -> None:
        target = view.deploy.target
        newest = self._journal.deploys.last(target)
        if newest and newest.id != care.deploy:
            self._end(care, Aftermath.OVERTAKEN)
            return
        if self._fleet().deployment(target) is None:
            self._end(care, Aftermath.GONE)
            return
        found = look(care, self._seen(view.deploy, care), self._journal.clock.now())
        if found.finding is Finding.DOWN and found.incident:
            self._went_down(care, view, found.incident)
        elif found.finding is Finding.WELL:
            self._end(care, Aftermath.WELL)
        elif found.finding is Finding.UNSURE:
            self._end(care, Aftermath.UNSURE, unsure_words(found.lacking))

    def _seen(self, deploy: Deploy, care: Aftercare) -> Seen:
        checks = [check for check in self._fleet().checks_of(deploy.target) if tells_of_release(check)]
        ids = [check.id for check in checks]
        outages = self._incidents.outages(ids, care.touched_at)
        alerts = self._incidents.open_for(deploy.target)
        open_incidents = [alert.incident for alert in alerts if alert.incident.check_id in ids]
        return Seen(checks, self._checks.states(ids), outages, open_incidents)

    def _end(self, care: Aftercare, how: Aftermath, words: str = "") -> None:
        with self._journal.writing(care.deploy) as now:
            self._journal.aftercares.end(care.deploy, how, words, now)

    def _went_down(self, care: Aftercare, view: DeployView, incident: Incident) -> None:
        plan = self._way_back(view)
        if isinstance(plan, str):
            self._leave(care, view.deploy, incident, plan)
            return
        begun = self._begin(care, plan, incident)
        if begun:
            log.warning("rolling back by itself", deploy=care.deploy, rollback=begun.id, incident=incident.id)
            self._rollout.start(begun.id)

    def _way_back(self, view: DeployView) -> Plan | str:
        """What to begin, or in words why nothing is begun."""
        target, fleet = view.deploy.target, self._fleet()
        back = goal(view.deploy, self._journal.rungs(target))
        if isinstance(back, str):
            return back
        service, succeeded = fleet.service(target.service), self._journal.deploys.succeeded(target)
        left = left_behind(service.irreversible if service else (), succeeded, view.deploy, back)
        if left:
            return f"going back cannot undo {escape(listing(left))}, which the fleet file calls irreversible"
        hosts = hosts_of(view, (host.name for host in fleet.hosts(target)))
        plan = decide_rollback(target, back, hosts) if hosts else None
        return plan if plan and not isinstance(plan, Refusal) else "the fleet file names none of its hosts any more"

    def _begin(self, care: Aftercare, plan: Plan, incident: Incident) -> Deploy | None:
        """The rollback with its words in the alert, in the thread and in both messages; None when something else is
        at work there: the next look finds out what came of that. Neither locks nor freezes stand in its way.
        """
        deploys, aftercares = self._journal.deploys, self._journal.aftercares
        with self._journal.writing(care.deploy) as now:
            newest, still = deploys.last(plan.target), aftercares.of(care.deploy)
            if newest is None or newest.id != care.deploy or still is None or still.ended_at:
                return None
            begun = self._journal.open(plan, THE_BOT, incident.id)
            if begun:
                words = down_words(care, incident)
                aftercares.end(care.deploy, Aftermath.ROLLED_BACK, words, now, begun.id)
                self._journal.reply(care.deploy, "down", down_reply(newest, words, begun), now)
                with self._journal.writing(begun.id):  # its message says what it is for
                    pass
            return begun

    def _leave(self, care: Aftercare, deploy: Deploy, incident: Incident, why: str) -> None:
        """Said to people, since nothing is done."""
        with self._journal.writing(care.deploy) as now:
            words = f"{down_words(care, incident)}; {why}"
            if self._journal.aftercares.end(care.deploy, Aftermath.LEFT, words, now):
                subject = f"deploy {deploy.id}"
                self._journal.audit.note(THE_BOT, What.ROLLBACK_LEFT, subject, deploy.target, why)
                self._journal.reply(care.deploy, "down", down_reply(deploy, words, None), now)
