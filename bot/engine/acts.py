"""Where restarts and named steps are asked for, from an alert's button."""

from collections.abc import Callable, Sequence

from bot.engine.act_runs import ActRuns, asked, subject
from bot.engine.audit import Audit
from bot.engine.clock import Clock
from bot.engine.doors import Doors
from bot.engine.eyes import Eyes
from bot.engine.outages import Outages
from bot.fleet import Fleet
from bot.messages.acts import begun_words
from bot.messages.blind import UNSEEN
from bot.model import Incident, Target
from bot.records import Act
from bot.refusals import Reason, Refusal
from bot.remedies import Kind
from bot.state.acts import Acts
from bot.state.database import Database
from bot.state.deploys import Deploys
from bot.trail import THE_BOT, What
from bot.watch import Unseen


class ActDesk:
    def __init__(
        self, db: Database, runs: ActRuns, doors: Doors, outages: Outages, fleet: Callable[[], Fleet], clock: Clock
    ) -> None:
        self._db = db
        self._acts = Acts(db)
        self._audit = Audit(db, clock)
        self._deploys, self._eyes = Deploys(db), Eyes(db)
        self._runs = runs
        self._doors = doors
        self._outages = outages
        self._fleet = fleet
        self._clock = clock

    def ask_restart(self, user: str, incident: str, despite: str = "") -> Act | Unseen | Refusal:
        """A restart that has begun on the hosts that are down, or what is asked first, or why not. `despite` is the
        blindness in which the asker has confirmed it.
        """
        alert = self._outages.acted_on(incident)
        if isinstance(alert, Refusal):
            return alert
        closed = self._doors.closed(user, alert.incident.target)
        return closed or self._begin(alert.incident, user, despite)

    def ask_step(self, user: str, button: str, despite: str = "") -> Act | Unseen | Refusal:
        """The same for a named step, by `7:flush-cache`."""
        number, _, name = button.partition(":")
        alert = self._outages.acted_on(number)
        if isinstance(alert, Refusal):
            return alert
        target = alert.incident.target
        deployment = self._fleet().deployment(target)
        action = deployment.actions.get(name) if deployment else None
        if action is None:
            return Refusal(Reason.OVER, detail=f"`{name[:40]}` is no longer in the fleet file", target=target)
        closed = self._doors.closed_to_step(user, target, name, action.who)
        return closed or self._begin(alert.incident, user, despite, name)

    def claim_itself(self, outage: Incident, check: str, times: str) -> Act | None:
        """A restart by the check itself, written down and not begun; within a transaction. `times` says which of how
        many it is.
        """
        return self._claim(outage, self._hosts(outage), THE_BOT, "", check, times)

    def _begin(self, outage: Incident, user: str, despite: str, step: str = "") -> Act | Unseen | Refusal:
        hosts = self._hosts(outage)
        unseen = self._eyes.doubt(outage, Kind.STEP if step else Kind.RESTART, despite, hosts, step)
        if unseen:
            return unseen
        act = self._claim(outage, hosts, user, step, times=UNSEEN if self._eyes.shut() else "")
        if act is None:
            return self._lost(outage)
        self._runs.start(act.id)
        return act

    def _claim(
        self, outage: Incident, hosts: Sequence[str], user: str, step: str, check: str = "", times: str = ""
    ) -> Act | None:
        with self._db.transaction():
            now = self._clock.now()
            free = self._deploys.running(outage.target) is None and self._outages.offers(outage.id)
            act = self._acts.begin(outage.target, hosts, outage.id, user, now, step, check) if free else None
            if act:
                how = ", ".join(filter(None, (begun_words(act), asked(act), times)))
                self._outages.note(outage.id, how, now)
                what = What.STEP_BEGUN if step else What.RESTART_BEGUN
                why = ", ".join(filter(None, (f"incident {outage.id}", "" if check else times)))
                self._audit.note(user, what, subject(act), outage.target, why=why, after=" ".join(hosts))
            return act

    def _lost(self, outage: Incident) -> Refusal:
        """Who won: one click, one effect."""
        late = self._outages.acted_on(str(outage.id))
        if isinstance(late, Refusal):
            return late
        return self._busy(outage.target)

    def _busy(self, target: Target) -> Refusal:
        deploy, act = self._deploys.running(target), self._acts.running(target)
        return Refusal(Reason.BUSY, target=target, deploy=deploy, act=act)

    def _hosts(self, outage: Incident) -> list[str]:
        """Those that are down; every host where that is not known host by host."""
        if outage.host:
            return self._outages.hosts(outage.id) or [outage.host]
        deployment = self._fleet().deployment(outage.target)
        return [host.name for host in deployment.hosts] if deployment else []
