"""Is an environment frozen now, by what, and until when?"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.fleet.windows import Once, Recurring, Window
from bot.holds import Freeze, Frozen

ENDLESS = timedelta(days=366)
Span = tuple[datetime, datetime]


def frozen(environment: str, windows: Sequence[Window], manual: Freeze | None, now: datetime) -> Frozen | None:
    """None: nothing is frozen now. A person's freeze is told before a window. Where a clock is set back or forward a
    window is as long as can be read.
    """
    held = [(window, span) for window in windows if (span := span_of(window, now))]
    if manual and manual.live(now):
        until = _thaw(windows, manual.until) if manual.until else None
        return Frozen(environment, manual.since, until, by=manual.by, reason=manual.reason)
    if not held:
        return None
    window, (since, _) = max(held, key=lambda pair: pair[1][1])
    return Frozen(environment, since, _thaw(windows, now), window=str(window))


def _thaw(windows: Sequence[Window], now: datetime) -> datetime | None:
    """The first moment from `now` on that no window holds: those that join on or overlap are counted in. None when
    there is none within a year.
    """
    until = now
    while until - now <= ENDLESS:
        ends = [span[1] for window in windows if (span := span_of(window, until))]
        if not ends:
            return until
        until = max(ends)
    return None


def span_of(window: Window, now: datetime) -> Span | None:
    """Begin and end (UTC) of the window's turn that holds now."""
    turns = [_once(window)] if isinstance(window, Once) else _turns(window, now)
    return next(((begin, end) for begin, end in turns if begin <= now < end), None)


def _once(window: Once) -> Span:
    return _earliest(window.begins, window.zone), _latest(window.ends, window.zone)


def _turns(window: Recurring, now: datetime) -> list[Span]:
    """The turn that begins on this day or last before it, and the one before that."""
    today = now.astimezone(window.zone).date()
    last = today - timedelta(days=(today.weekday() - window.weekday) % window.period)
    return [_turn(window, last), _turn(window, last - timedelta(days=window.period))]


def _turn(window: Recurring, day: date) -> Span:
    return (
        _earliest(datetime.combine(day, window.begins), window.zone),
        _latest(datetime.combine(day + timedelta(days=window.days), window.ends), window.zone),
    )


def _earliest(wall: datetime, zone: ZoneInfo) -> datetime:
    return min(_readings(wall, zone))


def _latest(wall: datetime, zone: ZoneInfo) -> datetime:
    return max(_readings(wall, zone))


def _readings(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """What a wall clock may mean: two moments in the hour that is repeated, and beside the one that is left out.

    In UTC, because two datetimes of one zone are compared by their wall clocks.
    """
    return (
        wall.replace(tzinfo=zone, fold=0).astimezone(UTC),
        wall.replace(tzinfo=zone, fold=1).astimezone(UTC),
    )
