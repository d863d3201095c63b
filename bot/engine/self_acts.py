"""Lets the checks that may act by themselves do so: so often and no more, and never where people are at it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from bot.engine.act_runs import ActRuns
from bot.engine.acts import ActDesk
from bot.engine.claims import Claims
from bot.engine.clock import Clock
from bot.engine.notices import Notices
from bot.engine.quiet import Quiet
from bot.engine.relief import Relief
from bot.engine.weighing import Weighing
from bot.fleet import Check, Fleet
from bot.fleet.allowance import Allowance
from bot.messages.locks import lock_words
from bot.messages.scale_refusals import scale_words
from bot.messages.self_acts import counted_words, crossing_words, exhausted_message, held_message, running_words
from bot.model import Action, Target
from bot.plan.remedies import offers, scene_of
from bot.plan.self_acts import Done, Next, Now, next_step
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from bot.remedies import Kind
from bot.state.acts import Acts
from bot.state.blindness import Blindnesses
from bot.state.database import Database
from bot.state.deploys import Deploys
from bot.state.incidents import Incidents
from bot.trail import THE_BOT
from bot.watch import Alert

log = structlog.get_logger(__name__)


class SelfActs:
    """`groups` gives group ids by handle, for mentions. `sweep` may run in several processes at once: who acts is
    settled by a row.
    """

    def __init__(
        self,
        db: Database,
        desk: ActDesk,
        runs: ActRuns,
        relief: Relief,
        weighing: Weighing,
        claims: Claims,
        notices: Notices,
        groups: Callable[[], Mapping[str, str]],
        fleet: Callable[[], Fleet],
        clock: Clock,
    ) -> None:
        self._db = db
        self._acts, self._deploys = Acts(db), Deploys(db)
        self._incidents, self._blindnesses = Incidents(db), Blindnesses(db)
        self._desk, self._runs, self._relief = desk, runs, relief
        self._weighing, self._claims = weighing, claims
        self._notices = notices
        self._groups = groups
        self._fleet = fleet
        self._clock = clock
        self._quiet = Quiet(db, fleet)
        self._known: Fleet | None = None
        self._checks: dict[str, Check] = {}

    def sweep(self) -> None:
        """One look at every open incident of a check that may act."""
        fleet = self._fleet()
        if fleet is not self._known:
            self._checks = {check.id: check for check in fleet.checks() if check.auto}
            self._known = fleet
        if not self._checks:
            return
        for alert in self._incidents.open_incidents():
            check = self._checks.get(alert.incident.check_id)
            if check and check.auto:
                self._look(alert, check, check.auto)

    def _look(self, alert: Alert, check: Check, allowed: Allowance) -> None:
        now = self._clock.now()
        done = self._done(check, now - allowed.within)
        step = next_step(check, Now(now, done, self._kept(alert, now)))
        if self._busy(check.target):
            self._wait(alert, check, step)
        elif step is Next.EXHAUSTED:
            self._cry(alert, check, allowed, done[0])
        elif step is Next.ACT and check.action is Action.RESTART:
            self._restart(alert, check, allowed)
        elif step is Next.ACT and check.action is Action.SCALE:
            self._add(alert, check, allowed)
        elif step is Next.ACT and check.action is Action.ROLLBACK:
            self._roll_back(alert, check)

    def _done(self, check: Check, since: datetime) -> Sequence[Done]:
        """What was done by itself within the time, the newest first."""
        if check.action is Action.ROLLBACK:
            return self._deploys.by(THE_BOT, check.target, since)
        if check.action is Action.SCALE:
            return self._relief.done(check.target, since)
        return self._acts.by_itself(check.base, since)

    def _held(self, alert: Alert, now: datetime) -> bool:
        return self._kept(alert, now) or self._busy(alert.incident.target)

    def _busy(self, target: Target) -> bool:
        return bool(self._deploys.running(target) or self._acts.running(target))

    def _kept(self, alert: Alert, now: datetime) -> bool:
        """Also once somebody takes care of it: nothing happens behind their back."""
        target = alert.incident.target
        if alert.told_at is None or not alert.offering or alert.acknowledged_at or alert.ended:
            return True
        return self._quiet.covers(target, now) or self._blindnesses.standing() is not None

    def _restart(self, alert: Alert, check: Check, allowed: Allowance) -> None:
        """How often it was is counted again in the transaction that begins it."""
        with self._db.transaction():
            now = self._clock.now()
            fresh = self._incidents.get(alert.incident.id)
            done = self._done(check, now - allowed.within)
            if fresh is None or next_step(check, Now(now, done, self._held(fresh, now))) is not Next.ACT:
                return
            times = counted_words(len(done) + 1, allowed.most, allowed.within)
            act = self._desk.claim_itself(fresh.incident, check.base, times)
        if act:
            log.warning("restarting by itself", act=act.id, incident=alert.incident.id)
            self._runs.start(act.id)

    def _add(self, alert: Alert, check: Check, allowed: Allowance) -> None:
        """A host more, which the cloud is asked for first; how often is counted again as it begins."""

        def still() -> bool:
            now = self._clock.now()
            fresh = self._incidents.get(alert.incident.id)
            done = self._done(check, now - allowed.within)
            return fresh is not None and next_step(check, Now(now, done, self._held(fresh, now))) is Next.ACT

        count = len(self._done(check, self._clock.now() - allowed.within)) + 1
        act = self._relief.by_itself(alert.incident, still, counted_words(count, allowed.most, allowed.within))
        if not isinstance(act, Refusal):
            log.warning("adding a host by itself", act=act.id, incident=alert.incident.id)
        elif act.reason not in (Reason.BUSY, Reason.OVER):
            what, _ = scale_words(act, self._clock.now()) or (act.detail, "")
            self._say(alert, check, f"scale:{act.reason}", what)

    def _wait(self, alert: Alert, check: Check, step: Next) -> None:
        """An act that runs there is told in its own alert."""
        deploy = self._deploys.running(check.target)
        if deploy and step is Next.ACT:
            self._say(alert, check, f"deploy:{deploy.id}", running_words(deploy))

    def _say(self, alert: Alert, check: Check, name: str, why: str) -> None:
        """Why nothing is done by itself, once for each thing that stands in its way."""
        if self._notices.has_said(alert, f"held:{name}"):
            return
        with self._db.transaction():
            words = held_message(alert, check.action, why)
            self._notices.said(alert.incident.id, f"held:{name}", words, self._clock.now())

    def _roll_back(self, alert: Alert, check: Check) -> None:
        """Only where every host of a fresh release is down, and nothing that cannot be undone lies between. It passes
        freezes, as all rollbacks do, and not a person's lock.
        """
        still = [one for one in self._incidents.outbreak(alert.outbreak) if one.ended is None]
        first = offers(scene_of([alert, *[one for one in still if one.incident.id != alert.incident.id]]))[0]
        changed = alert.sighting.changed
        if first.kind is not Kind.ROLLBACK or not changed or not scene_of([alert]).fresh:
            return
        plan = self._weighing.back_to(alert.incident.target, changed.rollback_to)
        if isinstance(plan, Refusal):
            return
        if plan.irreversible:
            self._say(alert, check, f"crossing:{plan.release.sha}", crossing_words(plan))
            return
        begun = self._claims.begin(plan, THE_BOT, alert.incident.id)
        if isinstance(begun, Deploy):
            log.warning("rolling back by itself", rollback=begun.id, incident=alert.incident.id)
        elif begun.lock:
            self._say(alert, check, f"lock:{begun.lock.id}", lock_words(begun.lock, self._clock.now()))

    def _cry(self, alert: Alert, check: Check, allowed: Allowance, last: Done) -> None:
        """Once for each time that it runs out, to the owners."""
        name = f"exhausted:{last.id}"
        if self._notices.has_said(alert, name):
            return
        groups = self._groups()  # asked of Slack, so never within a transaction
        service = self._fleet().service(check.target.service)
        owners = service.owners if service else ()
        with self._db.transaction():
            words = exhausted_message(alert, check.action, allowed.most, allowed.within, owners, groups)
            self._notices.said(alert.incident.id, name, words, self._clock.now())
