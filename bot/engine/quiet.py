"""Is what a target's checks say kept back now? Read within the transaction that would tell it."""

from collections.abc import Callable
from datetime import datetime

from bot.engine.flaps import Flaps
from bot.engine.foundations import Foundations
from bot.engine.grace import Grace
from bot.fleet import Fleet
from bot.model import Incident, Target
from bot.plan.silence import silenced
from bot.state.database import Database
from bot.state.silences import Silences
from bot.watch import CheckState, Silence


class Quiet:
    def __init__(self, db: Database, fleet: Callable[[], Fleet]) -> None:
        self._silences = Silences(db)
        self._fleet = fleet
        self.grace = Grace(db, fleet)
        self.foundations = Foundations(db, fleet)
        self.flaps = Flaps(db)

    def keeps(self, incident: Incident, state: CheckState | None, now: datetime) -> bool:
        """Whether this outage is told to nobody yet: it is silenced, flaps, is a deploy's restart, has its cause
        beneath it, or seems to end just now.
        """
        if state and (state.flapping_since or state.ok):
            return True
        if self.covers(incident.target, now) or self.grace.covers(incident, now):
            return True
        return self.foundations.covers(incident, state)

    def covers(self, target: Target, now: datetime) -> bool:
        return silenced(target, self._silences.standing(), self._fleet(), now)

    def silence(self, target: Target, now: datetime) -> Silence | None:
        """The one by a person that covers it now."""
        return next((one for one in self._silences.standing() if one.covers(target) and one.live(now)), None)
