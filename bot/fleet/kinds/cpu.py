"""The keys of a check of load: `cpu_above: 85 for 10m`, or with how the hosts become one number."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, StrictFloat, StrictInt, model_validator
from pydantic.config import JsonDict

from bot.fleet.duration import Between, Text
from bot.fleet.kinds.fill import Fill, Templates
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.model import Target
from bot.questions import CpuAsk
from bot.scaling import Combined

PATTERN = r"^[0-9]{1,3}(\.[0-9]+)?%? for [0-9]{1,6}(m|h)$"
LONG = Between("1m", "1h")
Percent = Annotated[StrictInt | StrictFloat, Field(gt=0, lt=100)]
Lasting = Annotated[timedelta, *Text, AfterValidator(LONG)]


def or_short(schema: JsonDict) -> None:
    """Lets the JSON Schema also accept the number alone, and the number with its time."""
    entry = dict(schema)
    schema.clear()
    number: JsonDict = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 100}
    schema["anyOf"] = [number, {"type": "string", "pattern": PATTERN, "examples": ["85 for 10m"]}, entry]


class CpuAbove(Part):
    """The CPU of the service, above a limit for a whole time."""

    model_config = ConfigDict(json_schema_extra=or_short)

    percent: Percent = Field(description="Of CPU: more than this is too much.")
    lasting: Lasting = Field(
        default=timedelta(minutes=10), alias="for", description="For so long it must have been above without a break."
    )
    of: Combined = Field(default="median", description="How the CPU of the hosts becomes one number: or mean, max.")

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            return _read(value)
        return {"percent": value} if isinstance(value, int | float) and not isinstance(value, bool) else value

    def question(self, fill: Fill, _timeout: timedelta) -> CpuAsk:
        return CpuAsk(Target(fill.service, fill.environment), float(self.percent), self.lasting, self.of)

    def templates(self) -> Templates:
        """It is of the whole service."""
        return iter(())


def _read(text: str) -> dict[str, Any]:
    """`85 for 10m`, `85% for 10m`"""
    percent, between, lasting = text.partition(" for ")
    try:
        number = float(percent.strip().removesuffix("%"))
    except ValueError:
        number = 0.0
    if not number:
        raise refuse("is not a share of CPU and a time", "85 for 10m")
    return {"percent": number, **({"for": lasting.strip()} if between else {})}
