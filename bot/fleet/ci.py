"""What CI must say of a commit before it is deployed: the keys of `require_checks`."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from bot.fleet.analysis import or_switch
from bot.fleet.duration import Between, Text
from bot.fleet.part import Part
from bot.fleet.refusal import refuse

Wait = Annotated[timedelta, *Text, AfterValidator(Between("1s", "6h"))]


def check_name(value: str) -> str:
    """As the server writes it, capitals included."""
    if not value.strip() or not value.isprintable():
        raise refuse("names no check", "a check's name as CI shows it: build, or ci/build")
    return value


def _once_each(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise refuse(f"names {', '.join(twice)} twice", "each check once")
    return names


CheckName = Annotated[str, AfterValidator(check_name)]


class RequireChecks(Part):
    """Which check runs and statuses must have passed, and how long those that still run are waited for."""

    model_config = ConfigDict(json_schema_extra=or_switch)

    names: Annotated[tuple[CheckName, ...], AfterValidator(_once_each)] = Field(
        default=(), description="Those that must have passed, as CI calls them; left out: all that there are."
    )
    within: Wait = Field(default=timedelta(minutes=10), description="How long a deploy waits for those that still run.")
