"""How often something may happen by itself: `2 per 1h`."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from bot.fleet.duration import duration_text, parse_duration
from bot.fleet.refusal import refuse

PATTERN = r"^[1-9][0-9]? per [0-9]{1,6}(s|m|h|d)$"
ALLOWED = "a number and a time: 2 per 1h"
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many within so long."""

    most: int
    within: timedelta

    def __str__(self) -> str:
        return f"{self.most} per {duration_text(self.within)}"


def parse_allowance(value: object) -> Allowance:
    if isinstance(value, Allowance):
        return value
    if not isinstance(value, str) or not re.fullmatch(PATTERN, value):
        raise refuse("does not say how often", ALLOWED)
    most, _, within = value.partition(" per ")
    span = parse_duration(within)
    if not SHORTEST <= span <= LONGEST:
        raise refuse("has a time that is out of range", "1m to 7d")
    return Allowance(int(most), span)


AllowanceField = Annotated[
    Allowance,
    BeforeValidator(parse_allowance),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["2 per 1h"]}),
]
