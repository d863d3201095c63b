"""Limits by the clock as the fleet file writes them: `Mon-Fri 08:00 min 4 Europe/Madrid`.

From that moment on the limit holds, until another entry sets it anew: what begins needs an entry that ends it.
"""

import re
from dataclasses import dataclass
from datetime import time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import GetPydanticSchema
from pydantic_core import core_schema

from bot.fleet.refusal import refuse
from bot.fleet.windows import CLOCK, DAY, clock_of, weekday_of, zone_of

ALLOWED = "Mon-Fri 08:00 min 4 Europe/Madrid; Sat,Sun 10:00 min 2 max 6 UTC; 22:00 min 1 UTC"
ENTRY = re.compile(
    rf"(?:(?P<days>{DAY}(?:\s*[-–—,]\s*{DAY})*)\s+)?(?P<clock>{CLOCK})"
    r"(?:\s+min\s+(?P<min>\d{1,4}))?(?:\s+max\s+(?P<max>\d{1,4}))?(?:\s+(?P<zone>\S+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SetPoint:
    """On these weekdays (0 is Monday) at `at` on that zone's clock `least` or `most` begin to hold; None: unchanged."""

    text: str
    zone: ZoneInfo
    days: frozenset[int]
    at: time
    least: int | None
    most: int | None

    def __str__(self) -> str:
        return self.text


def parse_set_point(value: object) -> SetPoint:
    """Raises a refusal that says which part was not understood."""
    if isinstance(value, SetPoint):
        return value
    found = ENTRY.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise refuse("is not a limit by the clock", ALLOWED)
    least, most = _hosts(found["min"]), _hosts(found["max"])
    if least is None and most is None:
        raise refuse("sets neither min nor max", ALLOWED)
    if least is not None and most is not None and most < least:
        raise refuse(f"sets max {most} below min {least}", ALLOWED)
    zone = zone_of(found["zone"])
    text = " ".join(str(value).split())
    return SetPoint(text, zone, _days(found["days"]), clock_of(found["clock"]), least, most)


def _hosts(digits: str | None) -> int | None:
    if digits is not None and int(digits) == 0:
        raise refuse("leaves no host", "1 or more hosts")
    return None if digits is None else int(digits)


def _days(words: str | None) -> frozenset[int]:
    """`Mon-Fri`, `Sat,Sun`, `Fri-Mon`; every day where none is said."""
    if words is None:
        return frozenset(range(7))
    found: set[int] = set()
    for part in words.split(","):
        first, *rest = (weekday_of(word.strip()) for word in re.split(r"[-–—]", part))
        last = rest[-1] if rest else first
        found |= {(first + day) % 7 for day in range((last - first) % 7 + 1)}
    return frozenset(found)


def _schema(_source: object, _handler: Any) -> core_schema.CoreSchema:
    return core_schema.no_info_plain_validator_function(
        parse_set_point,
        serialization=core_schema.to_string_ser_schema(),
        json_schema_input_schema=core_schema.str_schema(),
    )


ScheduleField = Annotated[SetPoint, GetPydanticSchema(_schema)]
"""A limit by the clock in a model of the fleet file."""
