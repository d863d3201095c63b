"""Windows of time as the fleet file writes them, each with its zone.

`Fri 16:00 - Mon 08:00 Europe/Madrid` every week, `22:00 - 06:00 UTC` every day,
`2026-12-24 00:00 - 2026-12-26 23:59 UTC` once. The end does not belong to the window.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import GetPydanticSchema
from pydantic_core import core_schema
from rapidfuzz import fuzz, process

from bot.fleet.refusal import refuse

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ALLOWED = "Fri 16:00 - Mon 08:00 Europe/Madrid; 22:00 - 06:00 UTC; 2026-12-24 00:00 - 2026-12-26 23:59 UTC"
CLOCK = r"\d{1,2}:\d{2}"
DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
DATE = r"\d{4}-\d{2}-\d{2}"
WINDOW = re.compile(
    rf"(?P<day>{DAY}|{DATE})?\s*(?P<clock>{CLOCK})\s*[-–—]\s*(?P<day_end>{DAY}|{DATE})?\s*(?P<clock_end>{CLOCK})"
    r"(?:\s+(?P<zone>\S+))?",
    re.IGNORECASE,
)
NEAR_ENOUGH = 70


@dataclass(frozen=True, slots=True)
class Recurring:
    """Begins every `period` days (1 or 7) on `weekday` (0 is Monday; 0 too when daily) at `begins`, on that zone's
    clock, and ends `days` later at `ends`.
    """

    text: str
    zone: ZoneInfo
    period: int
    weekday: int
    begins: time
    days: int
    ends: time

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Once:
    """From `begins` to `ends`, both on that zone's clock (datetimes without a zone)."""

    text: str
    zone: ZoneInfo
    begins: datetime
    ends: datetime

    def __str__(self) -> str:
        return self.text


Window = Recurring | Once


def parse_window(value: object) -> Window:
    """Raises a refusal that says which part was not understood, and the nearest that would be."""
    if isinstance(value, Recurring | Once):
        return value
    found = WINDOW.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise refuse("is not a window of time", ALLOWED)
    zone = zone_of(found["zone"])
    text = " ".join(str(value).split())
    first, last = found["day"], found["day_end"]
    if first is None and last is None:
        return _recurring(text, zone, 1, (0, found["clock"]), (0, found["clock_end"]))
    if first is None or last is None or first[0].isdigit() is not last[0].isdigit():
        raise refuse("names a day at one end only, or a weekday and a date", ALLOWED)
    if first[0].isdigit():
        return _once(text, zone, f"{first} {found['clock']}", f"{last} {found['clock_end']}")
    return _recurring(text, zone, 7, (weekday_of(first), found["clock"]), (weekday_of(last), found["clock_end"]))


def _recurring(text: str, zone: ZoneInfo, period: int, first: tuple[int, str], last: tuple[int, str]) -> Recurring:
    begins, ends = clock_of(first[1]), clock_of(last[1])
    if (first[0], begins) == (last[0], ends):
        raise refuse("ends when it begins, so it is never or always", ALLOWED, "say how long it is")
    days = (last[0] - first[0]) % period
    if days == 0 and ends <= begins:
        days = period
    return Recurring(text, zone, period, first[0], begins, days, ends)


def _once(text: str, zone: ZoneInfo, first: str, last: str) -> Once:
    begins, ends = _moment(first), _moment(last)
    if ends <= begins:
        raise refuse("ends before it begins", ALLOWED, "exchange the two" if ends < begins else "say how long it is")
    return Once(text, zone, begins, ends)


def weekday_of(word: str) -> int:
    return DAYS.index(word[:3].capitalize())


def clock_of(text: str) -> time:
    hours, minutes = map(int, text.split(":"))
    if hours > 23 or minutes > 59:
        hint = "write 00:00 of the day after" if (hours, minutes) == (24, 0) else ""
        raise refuse(f"{text} is no time of day", "00:00 to 23:59", hint)
    return time(hours, minutes)


def _moment(text: str) -> datetime:
    day, clock = text.split(" ")
    try:
        return datetime.combine(datetime.fromisoformat(day), clock_of(clock))
    except ValueError as error:
        if str(error).startswith(clock):
            raise
        raise refuse(f"{day} is not in the calendar", "YEAR-MONTH-DAY") from None


def zone_of(name: str | None) -> ZoneInfo:
    """Never guessed: the server's own zone is nobody's."""
    if name is None:
        raise refuse("has no time zone", ALLOWED, "put UTC or a name such as Europe/Madrid behind it")
    known = _zones()
    exact = known.get(name.lower())
    if exact is None:
        near = process.extractOne(name.lower(), list(known), scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
        raise refuse(f"{name} is no time zone", "Europe/Madrid, UTC, …", f"write {known[near[0]]}" if near else "")
    return ZoneInfo(exact)


def find_zone(name: str) -> ZoneInfo | None:
    """By its name in any case; None when there is no such zone."""
    exact = _zones().get(name.lower())
    return ZoneInfo(exact) if exact else None


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def _schema(_source: object, _handler: Any) -> core_schema.CoreSchema:
    return core_schema.no_info_plain_validator_function(
        parse_window,
        serialization=core_schema.to_string_ser_schema(),
        json_schema_input_schema=core_schema.str_schema(),
    )


WindowField = Annotated[Window, GetPydanticSchema(_schema)]
"""A window in a model of the fleet file."""
