"""Checks that flap, and the outage by whose number the buttons of their message act: the last that was told before.

Between two of its outages nothing of a flapping check is open, so that one speaks for all of them until it is calm.
"""

from datetime import datetime

from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.watch import Alert, CheckState


class Flaps:
    def __init__(self, db: Database) -> None:
        self._checks, self._incidents = Checks(db), Incidents(db)

    def standing(self) -> dict[str, CheckState]:
        """Those that flap now, by the check's id."""
        return self._checks.flapping()

    def lead(self, check_id: str, since: datetime) -> Alert | None:
        """None where nobody was told of any: then there is nothing that a button could speak of."""
        return self._incidents.last_told(check_id, since)

    def led_by(self, alert: Alert) -> CheckState | None:
        """The state of its check, while that flaps and the buttons of its message carry this alert's number."""
        check_id = alert.incident.check_id
        state = self._checks.states([check_id]).get(check_id)
        if state is None or state.flapping_since is None:
            return None
        lead = self.lead(check_id, state.flapping_since)
        return state if lead and lead.incident.id == alert.incident.id else None
