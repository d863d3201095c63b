"""Who hears of an outage that nobody acknowledges, and after how long: the entries of `escalate`."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from bot.fleet.duration import Between, Text
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.fleet.words import Channel, Mention

WAYS_OUT = ("notify", "channel", "way")
After = Annotated[timedelta, *Text, AfterValidator(Between("0s", "7d"))]


class Escalation(Part):
    """One step."""

    after: After = Field(description="How long after the alert was told.")
    notify: Mention | None = Field(default=None, description="Who is mentioned in the alert's thread.")
    channel: Channel | None = Field(default=None, description="Where a copy goes, which says how it ends too.")
    way: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")] | None = Field(
        default=None, description="A word of NOTIFY_URLS: the alert goes there, and so does its end."
    )

    @model_validator(mode="after")
    def to_somebody(self) -> "Escalation":
        given = [key for key in WAYS_OUT if getattr(self, key) is not None]
        if len(given) != 1:
            what = f"has {' and '.join(given)} at once" if given else "tells nobody"
            raise refuse(what, f"one of {', '.join(WAYS_OUT)}", "a step of its own for each")
        return self

    def __str__(self) -> str:
        """What it does: `notify @leads`."""
        return next(f"{key} {getattr(self, key)}" for key in WAYS_OUT if getattr(self, key) is not None)
