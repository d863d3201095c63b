"""How a target's checks stand, read for `/status`."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.engine.incidents import asked
from bot.fleet import Check, Fleet
from bot.model import Target
from bot.plan.health import uptime
from bot.state.checks import Checks
from bot.state.incidents import Incidents
from bot.watch import CheckState, CheckView, Vitals

WINDOW = timedelta(hours=24)


class Ward:
    def __init__(self, states: Checks, incidents: Incidents, fleet: Callable[[], Fleet]) -> None:
        self._states = states
        self._incidents = incidents
        self._fleet = fleet
        self._sorted: tuple[Fleet, dict[Target, list[Check]]] | None = None

    def vitals(self, target: Target, now: datetime) -> Vitals:
        """The checks in the order of the fleet file; one that was never asked is unknown."""
        checks = self._checks(target)
        known = self._states.states(check.id for check in checks)
        since = now - WINDOW
        seen = {check: state.first_seen_at for check, state in known.items()}
        views = (
            CheckView(check.id, asked(check), check.host, known.get(check.id, CheckState(first_seen_at=now)))
            for check in checks
        )
        return Vitals(
            target,
            checks=tuple(views),
            incidents=tuple(found.incident for found in self._incidents.open_for(target)),
            uptime=uptime(seen, self._incidents.outages(known, since), since, now),
        )

    def _checks(self, target: Target) -> list[Check]:
        """Sorted by target once per fleet file: /status asks for all of them in turn."""
        fleet = self._fleet()
        known = self._sorted
        if known is None or known[0] is not fleet:
            known = (fleet, {})
            for check in fleet.checks():
                known[1].setdefault(check.target, []).append(check)
            self._sorted = known
        return known[1].get(target, [])
