"""Shares of a whole as the fleet file writes them: `"0.5%"`, `"50%"`."""

import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from bot.fleet.refusal import refuse

ALLOWED_SHARE = 'a percentage in quotes: "0.5%", "50%"'
SHARE = r"^[0-9]{1,3}(\.[0-9]{1,3})?%$"


def share(value: object) -> object:
    """`"0.5%"` as 0.005."""
    if not isinstance(value, str) or not re.fullmatch(SHARE, value) or not 0 < float(value[:-1]) <= 100:
        raise refuse("is not a share", ALLOWED_SHARE)
    return float(value[:-1]) / 100


def share_text(value: float) -> str:
    return f"{value * 100:g}%"


Share = Annotated[
    float,
    BeforeValidator(share),
    PlainSerializer(share_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": SHARE}),
]
