"""Which instant `until Mon 08:00 Europe/Madrid` means."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from bot.fleet.windows import DAYS, Window, find_zone

MIDNIGHT = clock_time(0)


def instant_of(day: str, time: str, zone: str, windows: Sequence[Window], now: datetime) -> datetime | str | None:
    """The next such instant after now, in UTC; None when nothing was said; words when it cannot be told.

    A zone that is not said is that of the environment's own windows, where they agree: nobody's clock is guessed.
    """
    if not (day or time or zone):
        return None
    place = _zone(zone, windows)
    if isinstance(place, str):
        return place
    today = now.astimezone(place).date()
    try:
        wall = clock_time.fromisoformat(time.zfill(5)) if time else MIDNIGHT
        first = date.fromisoformat(day) if day[:1].isdigit() else _named(day, today)
    except ValueError:
        return f"`{' '.join(filter(None, (day, time, zone)))}` is in no calendar"
    until = datetime.combine(first, wall, place).astimezone(UTC)
    if until <= now and not day[:1].isdigit():
        later = first + timedelta(days=7 if day else 1)
        until = datetime.combine(later, wall, place).astimezone(UTC)
    return until if until > now else "That is over already"


def _zone(zone: str, windows: Sequence[Window]) -> ZoneInfo | str:
    if zone:
        return find_zone(zone) or f"`{zone}` is no time zone"
    known = {window.zone for window in windows}
    return known.pop() if len(known) == 1 else "On which clock? Name the time zone too"


def _named(day: str, today: date) -> date:
    """The next such weekday, today included; today when none is named."""
    if not day:
        return today
    ahead = (DAYS.index(day[:3].capitalize()) - today.weekday()) % len(DAYS)
    return today + timedelta(days=ahead)
