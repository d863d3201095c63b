"""What is down because something beneath it is: folded into that one's message for as long as that is down."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.fleet import Fleet
from bot.model import Health, Incident, Target
from bot.plan.depends import above, beneath
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.watch import Alert, CheckState


class Foundations:
    def __init__(self, db: Database, fleet: Callable[[], Fleet]) -> None:
        self._incidents = Incidents(db)
        self._checks = Checks(db)
        self._fleet = fleet

    def covers(self, incident: Incident, state: CheckState | None) -> bool:
        """While something beneath is down, or fails and is not settled yet; then until its own check has failed once
        more.
        """
        targets = beneath(self._fleet(), incident.target)
        if not targets:
            return False
        if any(self._incidents.open_for(target) or self._fails(target) for target in targets):
            return True
        over = max((at for target in targets if (at := self._incidents.last_end(target))), default=None)
        return over is not None and incident.started_at < over and not _failed_after(state, over)

    def under(self, target: Target) -> list[int]:
        """The messages in which its outage is listed."""
        found = (alert for one in beneath(self._fleet(), target) for alert in self._incidents.open_for(one))
        return list(dict.fromkeys(alert.outbreak for alert in found if alert.told_at))

    def folded(self, targets: Sequence[Target]) -> list[Alert]:
        """What is down above these and was not told by itself."""
        found = (alert for one in above(self._fleet(), targets) for alert in self._incidents.open_for(one))
        return [alert for alert in found if alert.told_at is None]

    def _fails(self, target: Target) -> bool:
        states = self._checks.states(check.id for check in self._fleet().checks_of(target))
        return any(state.ok is False and state.health is not Health.DOWN for state in states.values())


def _failed_after(state: CheckState | None, moment: datetime) -> bool:
    """What no check of the bot's own has found is believed."""
    if state is None:
        return True
    return state.ok is False and state.checked_at is not None and state.checked_at > moment
