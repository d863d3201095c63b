"""What each host runs, and when it counts as healthy: the keys of `steps` and `health`."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StrictInt, field_validator

from bot.fleet.duration import Answer, Interval, Later, Patience, StepTime
from bot.fleet.entries import Statuses, or_text
from bot.fleet.part import Part
from bot.fleet.words import Command, Template

STEP_TIMEOUTS = {"install": timedelta(minutes=10), "test": timedelta(minutes=15), "restart": timedelta(minutes=1)}
STEP_TIMEOUTS |= {"beside": timedelta(minutes=5), "retire": timedelta(minutes=1)}


def _step_schema(schema: dict[str, Any]) -> None:
    del schema["properties"]["timeout"]["default"]  # it differs by step
    or_text(schema)


class StepConfig(Part):
    """A shell command and how long it may take."""

    model_config = ConfigDict(json_schema_extra=_step_schema)

    run: Command = Field(description="What the host's shell runs, in the release's directory.")
    timeout: StepTime = Field(
        default=timedelta(minutes=1), description="After this the step is stopped and has failed."
    )


class Steps(Part):
    """What each host runs, in this order. Default timeouts: install 10m, test 15m, beside 5m, restart 1m, retire
    1m.
    """

    install: StepConfig | None = Field(default=None, description="Makes the new release ready to run.")
    test: StepConfig | None = Field(default=None, description="Must end with 0 before the switch.")
    beside: StepConfig | None = Field(
        default=None, description="Of blue_green: starts the new release beside the old one, and returns."
    )
    restart: StepConfig = Field(description="Starts the release that `current` points to.")
    retire: StepConfig | None = Field(
        default=None, description="Of blue_green: clears away what was kept, once it is kept no longer."
    )

    @field_validator("install", "test", "beside", "restart", "retire", mode="before")
    @classmethod
    def with_timeout(cls, value: Any, info: Any) -> Any:
        if isinstance(value, str):
            value = {"run": value}
        return {"timeout": STEP_TIMEOUTS[info.field_name], **value} if isinstance(value, dict) else value


class HealthConfig(Part):
    """When a host counts as healthy after its restart."""

    http: Template = Field(description="Asked on each host; {host}, {name} and {VAR} are filled in.")
    beside: Template | None = Field(
        default=None, description="Of blue_green: the same of the new release, before it is switched to."
    )
    timeout: Patience = Field(default=timedelta(seconds=30), description="By then the host must be healthy.")
    every: Interval = Field(default=timedelta(seconds=1), description="Pause between two questions.")
    successes: Annotated[StrictInt, Field(ge=1, le=100)] = Field(
        default=2, description="Good answers in a row that it takes."
    )
    again: Later = Field(
        default=timedelta(seconds=5), description="So long after these it is asked once more; 0s: it is not."
    )
    request_timeout: Answer = Field(default=timedelta(seconds=5), description="How long one answer may take.")
    statuses: Statuses = Field(default=(200,), alias="status", min_length=1, description="Status codes that are well.")
    body: str = Field(default="", description="Text that the answer must hold.")
