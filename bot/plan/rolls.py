"""Rolls from results, and longer rolls from shorter ones. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from bot.histogram import added
from bot.rolls import Roll, Span

KEPT = {Span.MINUTE: timedelta(days=2), Span.HOUR: timedelta(days=62), Span.DAY: timedelta(days=731)}
"""A year of 1,000 checks takes 0.18 GiB so (tests/state/test_rolls.py reckons it)."""
NEXT = {Span.HOUR: Span.MINUTE, Span.DAY: Span.HOUR}
"""What a longer span is made of."""
LATE = timedelta(minutes=2)
"""A span is rolled up once its last minute has surely been written."""


def rolled(rolls: Iterable[Roll], into: Span, of: Span) -> Iterator[Roll]:
    """One check's rolls, in their order, as longer ones."""
    for number, together in groupby(rolls, key=lambda roll: roll.number * of // into):
        parts = list(together)
        yield Roll(
            number,
            sum(part.count for part in parts),
            sum(part.failures for part in parts),
            added(part.latency for part in parts),
        )


def complete(span: Span, done: int | None, now: datetime) -> tuple[int, int]:
    """From which span to which (not included) there is something to roll up; `done` is the last one that was."""
    end = span.number(now - LATE)
    return (done + 1 if done is not None else 0), end


def oldest(span: Span, now: datetime) -> int:
    """The first span that is kept."""
    return span.number(now - KEPT[span])
