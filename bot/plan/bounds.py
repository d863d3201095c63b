"""Within which limits a service's capacity may be now. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.fleet.scale import Scale
from bot.fleet.scale_schedule import SetPoint

DAYS_BACK = 8  # the turn of a weekly entry before the last one counts where a clock was set


@dataclass(frozen=True, slots=True)
class Bounds:
    least: int
    most: int

    def clamp(self, hosts: int) -> int:
        return max(self.least, min(self.most, hosts))


def bounds(policy: Scale, now: datetime) -> Bounds:
    """What the newest entry of the schedule says, each limit for itself; without one what the policy says. A least
    above the most wins: too few hosts are worse than too many.
    """
    turns = sorted(_turns(policy.schedules, now), key=lambda turn: turn[0])
    least = next((entry.least for _, entry in reversed(turns) if entry.least is not None), policy.min)
    most = next((entry.most for _, entry in reversed(turns) if entry.most is not None), policy.max)
    return Bounds(least, max(least, most))


def _turns(entries: Iterable[SetPoint], now: datetime) -> Iterable[tuple[datetime, SetPoint]]:
    """The moments up to now at which an entry began to hold, of the last days."""
    for entry in entries:
        today = now.astimezone(entry.zone).date()
        for back in range(DAYS_BACK):
            day = today - timedelta(days=back)
            begins = datetime.combine(day, entry.at, entry.zone)
            if day.weekday() in entry.days and begins.timestamp() <= now.timestamp():
                yield begins, entry
