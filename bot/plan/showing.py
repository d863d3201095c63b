"""Which spans of the history are read for the status page, and how a target stands by its checks. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from bot.model import Health
from bot.rolls import Span
from bot.showing import Hour

DAYS, HOURS = 90, 24


def pieces(now: datetime, days_done: int | None, hours_done: int | None) -> list[tuple[Span, int, int]]:
    """The last 90 days without a gap or an overlap: from which span to which (not included), of each length.

    What is not rolled up yet is read from shorter spans; `…_done` are the last that were.
    """
    first = Span.DAY.number(now) - DAYS + 1
    days_end = max(first, days_done + 1 if days_done is not None else first)
    hours_begin = days_end * Span.DAY // Span.HOUR
    hours_end = max(hours_begin, hours_done + 1 if hours_done is not None else hours_begin)
    return [
        (Span.DAY, first, days_end),
        (Span.HOUR, hours_begin, hours_end),
        (Span.MINUTE, hours_end * Span.HOUR // Span.MINUTE, Span.MINUTE.number(now) + 1),
    ]


def day_of(span: Span, number: int) -> int:
    """The day that a shorter span lies in."""
    return number * span // Span.DAY


def hours(quantiles: Mapping[int, tuple[float | None, float | None]], now: datetime) -> tuple[Hour, ...]:
    """The last 24 hours that are over; median and 95th percentile by the hour's number."""
    end = Span.HOUR.number(now)
    return tuple(
        Hour(_begin(Span.HOUR, number), *quantiles.get(number, (None, None))) for number in range(end - HOURS, end)
    )


def _begin(span: Span, number: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number * span)


def health_of(checks: Iterable[Health]) -> Health:
    """Down if any is; unknown if there is none, or one that is not known yet; else up."""
    found = set(checks)
    if Health.DOWN in found:
        return Health.DOWN
    return Health.UP if found == {Health.UP} else Health.UNKNOWN
