"""Where restarts are asked for, from an alert's button."""

from collections.abc import Callable, Sequence

from bot.engine.audit import Audit
from bot.engine.clock import Clock
from bot.engine.doors import Doors
from bot.engine.outages import Outages
from bot.engine.restarts import Restarts
from bot.fleet import Fleet
from bot.model import Incident, Target
from bot.records import Act
from bot.refusals import Reason, Refusal
from bot.state.acts import Acts
from bot.state.database import Database
from bot.state.deploys import Deploys
from bot.trail import What


class ActDesk:
    def __init__(
        self, db: Database, restarts: Restarts, doors: Doors, outages: Outages, fleet: Callable[[], Fleet], clock: Clock
    ) -> None:
        self._db = db
        self._acts = Acts(db)
        self._audit = Audit(db, clock)
        self._deploys = Deploys(db)
        self._restarts = restarts
        self._doors = doors
        self._outages = outages
        self._fleet = fleet
        self._clock = clock

    def ask_restart(self, user: str, incident: str) -> Act | Refusal:
        """A restart that has begun on the hosts that are down, or why not."""
        alert = self._outages.open(incident)
        if isinstance(alert, Refusal):
            return alert
        outage = alert.incident
        closed = self._doors.closed(user, outage.target)
        if closed:
            return closed
        hosts = self._hosts(outage)
        act = self._claim(outage, hosts, user)
        if act is None:
            return self._lost(outage.target)
        self._restarts.start(act.id)
        return act

    def _claim(self, outage: Incident, hosts: Sequence[str], user: str) -> Act | None:
        with self._db.transaction():
            now = self._clock.now()
            free = self._deploys.running(outage.target) is None and self._outages.offers(outage.id)
            act = self._acts.begin(outage.target, hosts, outage.id, user, now) if free else None
            if act:
                self._outages.note(outage.id, f"restarting {', '.join(hosts)}, asked by <@{user}>", now)
                why, after = f"incident {outage.id}", " ".join(hosts)
                self._audit.note(user, What.RESTART_BEGUN, f"restart {act.id}", outage.target, why=why, after=after)
            return act

    def _lost(self, target: Target) -> Refusal:
        """Who won: one click, one effect."""
        deploy, act = self._deploys.running(target), self._acts.running(target)
        return Refusal(Reason.BUSY, target=target, deploy=deploy, act=act)

    def _hosts(self, outage: Incident) -> list[str]:
        """Those that are down; every host where that is not known host by host."""
        if outage.host:
            return self._outages.hosts(outage.id) or [outage.host]
        deployment = self._fleet().deployment(outage.target)
        return [host.name for host in deployment.hosts] if deployment else []
