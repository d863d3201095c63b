"""What a deploy's own restarts excuse, and how much sooner its release is judged for it. Pure."""

from datetime import datetime, timedelta

LEEWAY = timedelta(seconds=10)  # how long before the restart the question may have been asked that it broke


def excused(touched_at: datetime | None, grace: timedelta, now: datetime) -> bool:
    """Whether an outage is still taken for the restart that began at `touched_at`, the last one before its first
    failure.
    """
    return touched_at is not None and touched_at <= now < touched_at + grace


def hurried(down_after: int) -> int:
    """Failures in a row of a release whose hosts were found well a moment ago: half as many as of one that has run for
    long.
    """
    return (down_after + 1) // 2
