"""Which messages may go to Slack now. Pure: `now` is an argument, and the state is what was told to `went` and `stop`.

Slack's limits (docs.slack.dev/apis/web-api/rate-limits): chat.postMessage about one a second and channel with short
bursts; chat.update and conversations.history 50 a minute each. We stay a little below, for other callers' sake.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.model import Call, Pending

LONG_AGO = datetime.min.replace(tzinfo=UTC)
SET_BACK = timedelta(minutes=15)  # a moment this far ahead was written before the clock was set back
REMEMBERED = timedelta(minutes=10)  # far longer than a bucket is full: whose turn it was counts as well


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then one per `every`."""

    every: timedelta
    burst: int


POSTS = Rate(timedelta(seconds=1.1), burst=2)  # per channel
UPDATES = Rate(timedelta(seconds=1.5), burst=6)  # all together: at most 46 in any minute
SEARCHES = Rate(timedelta(seconds=1.5), burst=6)
SAME_MESSAGE = Rate(timedelta(seconds=1.2), burst=1)


@dataclass(slots=True)
class Bucket:
    """Holds one drop per call; a drop leaves after `every`. There is room while it holds fewer than `burst`."""

    rate: Rate
    drops: float = 0.0
    at: datetime = LONG_AGO

    def level(self, now: datetime) -> float:
        if now <= self.at:
            return self.drops if self.at - now < SET_BACK else 0.0
        return max(0.0, self.drops - (now - self.at) / self.rate.every)

    def room(self, now: datetime) -> bool:
        return self.level(now) + 1 <= self.rate.burst + 1e-9

    def add(self, now: datetime) -> None:
        self.drops, self.at = self.level(now) + 1, now


@dataclass(slots=True)
class Pace:
    """Keeps to Slack's rates. A restart forgets it: what was sent just before counts as a second short burst."""

    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    _stopped: dict[tuple[Call, str], datetime] = field(default_factory=dict)

    def next(self, pending: Sequence[Pending], now: datetime) -> Pending | None:
        """The message whose turn it is, or None when all of them have to wait.

        Posts (and searches for lost ones) come before updates: they are news. Within a channel, and within a thread,
        posts keep their order; one that Slack refused for good holds nobody up. Of the updates, the message that has
        waited longest goes first.
        """
        return self._post(pending, now) or self._update(pending, now)

    def went(self, row: Pending, now: datetime) -> None:
        """A call was made for this message."""
        for name, rate in _counts(row):
            self._buckets.setdefault(name, Bucket(rate)).add(now)
        self._forget(now)

    def stop(self, row: Pending, until: datetime) -> None:
        """Slack answered 429: this method rests everywhere, and the channel for posts."""
        for channel in ("", row.channel):
            self._stopped[row.call, channel] = until

    def _post(self, pending: Sequence[Pending], now: datetime) -> Pending | None:
        held: set[tuple[str, str | None]] = set()
        for row in pending:
            if row.call is Call.UPDATE or row.stream in held:
                continue
            answers = row.thread is None or row.parent_ts is not None
            if answers and self._free(row, now):
                return row
            if not row.failed:
                held.add(row.stream)
        return None

    def _update(self, pending: Sequence[Pending], now: datetime) -> Pending | None:
        free = [row for row in pending if row.call is Call.UPDATE and self._free(row, now)]
        return min(free, key=lambda row: (self._last(row), row.id), default=None)

    def _free(self, row: Pending, now: datetime) -> bool:
        if row.not_before is not None and now < row.not_before < now + SET_BACK:
            return False
        if any(self._stopped.get((row.call, channel), LONG_AGO) > now for channel in ("", row.channel)):
            return False
        return all(self._buckets.get(name, Bucket(rate)).room(now) for name, rate in _counts(row))

    def _last(self, row: Pending) -> datetime:
        bucket = self._buckets.get(("message", row.key))
        return bucket.at if bucket else LONG_AGO

    def _forget(self, now: datetime) -> None:
        """Drops what no longer matters, so that a year of messages takes no memory."""
        self._buckets = {name: bucket for name, bucket in self._buckets.items() if now - bucket.at < REMEMBERED}
        self._stopped = {name: until for name, until in self._stopped.items() if until > now}


def _counts(row: Pending) -> tuple[tuple[tuple[str, str], Rate], ...]:
    """The buckets that a call for this message fills."""
    if row.call is Call.UPDATE:
        return (("updates", ""), UPDATES), (("message", row.key), SAME_MESSAGE)
    if row.call is Call.SEARCH:
        return ((("searches", ""), SEARCHES),)
    return (("posts", row.channel), POSTS), (("message", row.key), SAME_MESSAGE)
