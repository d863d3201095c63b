"""Is what a target's checks say kept back now? Read within the transaction that would tell it."""

from collections.abc import Callable
from datetime import datetime

from bot.fleet import Fleet
from bot.model import Target
from bot.plan.silence import silenced
from bot.state.database import Database
from bot.state.silences import Silences
from bot.watch import Silence


class Quiet:
    def __init__(self, db: Database, fleet: Callable[[], Fleet]) -> None:
        self._silences = Silences(db)
        self._fleet = fleet

    def covers(self, target: Target, now: datetime) -> bool:
        return silenced(target, self._silences.standing(), self._fleet(), now)

    def silence(self, target: Target, now: datetime) -> Silence | None:
        """The one by a person that covers it now."""
        return next((one for one in self._silences.standing() if one.covers(target) and one.live(now)), None)
