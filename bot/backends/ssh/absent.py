"""Hosts that did not answer: asked again in a minute, then in two, four and eight, until they do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.backends.busy import Busy

FIRST = timedelta(seconds=50)
"""Less than the minute after which everybody is asked again."""

LONGEST = timedelta(minutes=8)


@dataclass(frozen=True, slots=True)
class Absence:
    """`since` is when the host was asked last, `answer` what was to be said of it."""

    since: datetime
    pause: timedelta
    answer: Busy

    @classmethod
    def begun(cls, answer: Busy, now: datetime) -> "Absence":
        return cls(now, FIRST, answer)

    def again(self, answer: Busy, now: datetime) -> "Absence":
        """It has not answered once more."""
        return Absence(now, min(self.pause * 2, LONGEST), answer)

    def lasts(self, now: datetime) -> bool:
        """Whether it is too early to ask again. A clock that was set back makes nobody wait for longer."""
        return timedelta() <= now - self.since < self.pause
