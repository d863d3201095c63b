"""Durations as the fleet file writes them: `500ms`, `30s`, `5m`, `2h`, `1d`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from bot.fleet.refusal import refuse

UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
PATTERN = r"^[0-9]{1,6}(ms|s|m|h|d)$"
ALLOWED = "a whole number with its unit: 500ms, 30s, 5m, 2h, 1d"


def parse_duration(value: object) -> timedelta:
    """`30s` as a timedelta. Raises a refusal that names the missing unit where only that is wrong."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise refuse("a duration needs its unit", ALLOWED, f"write {value:g}s if seconds are meant")
    if not isinstance(value, str) or not re.fullmatch(PATTERN, value):
        raise refuse("is not a duration", ALLOWED)
    unit = value.lstrip("0123456789")
    return int(value.removesuffix(unit)) * UNITS[unit]


def duration_text(value: timedelta) -> str:
    """The shortest text that reads back as the same duration: `90s`, `5m`. Whole milliseconds only."""
    for unit, size in reversed(UNITS.items()):
        if value and value % size == timedelta(0):
            return f"{value // size}{unit}"
    return "0s"


class Between:
    """A bound on a duration, both ends allowed."""

    def __init__(self, low: str, high: str) -> None:
        self.low, self.high = low, high

    def __call__(self, value: timedelta) -> timedelta:
        if not parse_duration(self.low) <= value <= parse_duration(self.high):
            raise refuse("is out of range", f"{self.low} to {self.high}")
        return value


Text = (
    BeforeValidator(parse_duration),
    PlainSerializer(duration_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["500ms", "30s", "5m", "2h", "1d"]}),
)
Interval = Annotated[timedelta, *Text, AfterValidator(Between("1s", "1d"))]
"""How often something is asked."""
Patience = Annotated[timedelta, *Text, AfterValidator(Between("1s", "1h"))]
"""How long something may take to become well."""
Later = Annotated[timedelta, *Text, AfterValidator(Between("0s", "10m"))]
"""How long after something else; `0s` is never."""
Answer = Annotated[timedelta, *Text, AfterValidator(Between("100ms", "60s"))]
"""How long one HTTP answer may take."""
Pause = Annotated[timedelta, *Text, AfterValidator(Between("0s", "5m"))]
"""How long something may be waited for that comes together."""
Reminder = Annotated[timedelta, *Text, AfterValidator(Between("1m", "7d"))]
"""How often something is said again."""
Unwatched = Annotated[timedelta, *Text, AfterValidator(Between("1m", "1d"))]
"""For how long nobody need be told that a check cannot be asked."""
Turn = Annotated[timedelta, *Text, AfterValidator(Between("1m", "7d"))]
"""How long a deploy may stand in line."""
StepTime = Annotated[timedelta, *Text, AfterValidator(Between("1s", "6h"))]
"""How long a step on a host may take."""
