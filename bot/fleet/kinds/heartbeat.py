"""The keys of a heartbeat check: `heartbeat: 1d`, or with the grace that a late beat gets."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from bot.fleet.duration import Between, Text, duration_text
from bot.fleet.entries import or_text
from bot.fleet.kinds.fill import Fill, Templates
from bot.fleet.part import Part
from bot.questions import BeatAsk

Rhythm = Annotated[timedelta, *Text, AfterValidator(Between("10s", "366d"))]
Grace = Annotated[timedelta, *Text, AfterValidator(Between("0s", "31d"))]
LEAST_GRACE = timedelta(minutes=1)


class Heartbeat(Part):
    """A job that calls an address of the bot whenever it has run; late means down."""

    model_config = ConfigDict(json_schema_extra=or_text)

    every: Rhythm = Field(description="How often the job runs.")
    grace: Grace | None = Field(
        default=None, description="How late it may be; left out: a tenth of `every`, a minute at least."
    )

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        return {"every": value} if isinstance(value, str) else value

    def question(self, _fill: Fill, _timeout: timedelta) -> BeatAsk:
        grace = max(self.every / 10, LEAST_GRACE) if self.grace is None else self.grace
        return BeatAsk(self.every, grace, duration_text(self.every))

    def templates(self) -> Templates:
        """Per host it differs by its address."""
        return iter(())
