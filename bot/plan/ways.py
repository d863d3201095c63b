"""Which way out is for what, and when one that failed is tried again."""

from collections.abc import Collection
from datetime import timedelta

from bot.model import Severity

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)


def takes(words: Collection[str], severity: Severity, away: bool = False) -> bool:
    """Of a way with these words. One without any is for pages, and for all that Slack does not take; one that names
    severities is for those alone; one that only has names of its own is for who calls it by name.
    """
    if not words:
        return away or severity is Severity.PAGE
    return severity.value in words


def pause(attempts: int) -> timedelta:
    """After so many attempts: 5 s, twice as long each time, five minutes at most."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)
