"""How many hosts a service has, and by which rules: the keys of `scale`."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    StrictBool,
    StrictFloat,
    StrictInt,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from bot.fleet.duration import Later, Patience
from bot.fleet.entries import Batch
from bot.fleet.part import Part
from bot.fleet.queries import Source
from bot.fleet.refusal import refuse
from bot.fleet.scale_schedule import ScheduleField
from bot.fleet.share import SHARE, Share, share, share_text

MOST_HOSTS = 5000
Number = Annotated[StrictInt | StrictFloat, Field(gt=0, le=100)]


def tolerated(value: object) -> object:
    """A share, none too."""
    return value if isinstance(value, float) or value == 0 else 0.0 if value == "0%" else share(value)


Tolerated = Annotated[
    float,
    BeforeValidator(tolerated),
    PlainSerializer(share_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": SHARE}),
]
Hosts = Annotated[StrictInt, Field(ge=1, le=MOST_HOSTS)]


class Pace(Part):
    """How near the target nothing is changed in one direction, and how soon and how fast it is otherwise."""

    tolerance: Tolerated = Field(description="So near the target nothing is changed this way.")
    after: Later = Field(
        description="For so long the rules must want it: of all they wanted meanwhile the most counts."
    )
    at_most: Batch = Field(description='So many hosts, or a share of those there are ("50%"), within `every`.')
    every: Patience = Field(default=timedelta(minutes=1), description="The span of `at_most`.")


class Out(Pace):
    """How hosts are added."""

    tolerance: Tolerated = Field(
        default=0.0, validate_default=True, description="So near above the target nothing is added."
    )
    after: Later = Field(default=timedelta(0), description="For so long the rules must want it.")
    at_most: Batch = Field(default="100%", description="So many hosts, or a share of those there are, within `every`.")


class In(Pace):
    """How hosts are taken away."""

    tolerance: Tolerated = Field(default=0.05, description="So near below the target nothing is taken away.")
    after: Later = Field(default=timedelta(minutes=5), description="The most that was wanted within this span counts.")
    at_most: Batch = Field(default="100%", description="So many hosts, or a share of those there are, within `every`.")


class Hot(Part):
    """Hosts that are far busier than the others, which a median does not show."""

    cpu: Number = Field(default=90, description="Percent above which a host is hot.")
    share: Share = Field(default=0.25, description="More of the warm hosts than this being hot is said.")
    act: StrictBool = Field(default=False, description="And one host more is wanted then.")


class StepRule(Part):
    """So many hosts more, or fewer, beyond a line."""

    above: Number | None = Field(default=None, description="When the combined CPU is at or above this percentage …")
    below: Number | None = Field(default=None, description="… or at or below this one.")
    add: Hosts | None = Field(default=None, description="So many hosts more; with `above`.")
    remove: Hosts | None = Field(default=None, description="So many hosts fewer; with `below`.")

    @model_validator(mode="after")
    def one_way(self) -> "StepRule":
        given = {name for name in ("above", "below", "add", "remove") if getattr(self, name) is not None}
        if given not in ({"above", "add"}, {"below", "remove"}):
            raise refuse("is not a step", "{above: 85, add: 2} or {below: 20, remove: 1}")
        return self


class Scale(Part):
    """How many hosts there are, and the rules by which that changes; without a rule these are limits for people."""

    min: Hosts = Field(default=1, description="Never fewer hosts.")
    max: Hosts = Field(description="Never more hosts.")
    target_cpu: Number | None = Field(default=None, description="Percent of CPU that a host shall have to do.")
    of: Literal["median", "mean", "max"] = Field(
        default="median", description="How the CPU of the warm hosts becomes one number."
    )
    cpu: Source | None = Field(
        default=None,
        description="Where the CPU is read, in percent: PromQL, or a metric of CloudWatch. With {host}, {name} or {VAR}"
        " of each host, else of all together. Left out: of EC2 and ECS from CloudWatch, of other hosts over SSH.",
    )
    over: Patience = Field(
        default=timedelta(minutes=2), description="Over so long each host's CPU is averaged: noise is no load."
    )
    warm_up: Later = Field(default=timedelta(minutes=3), description="So long a new host's CPU says nothing.")
    cooldown: Later = Field(default=timedelta(minutes=5), description="So long after a change no host is taken away.")
    out: Out = Field(default=Out(), description="How near, how soon and how fast hosts are added.")
    down: In = Field(default=In(), alias="in", description="How near, how soon and how fast hosts are taken away.")
    hot: Hot = Field(default=Hot(), description="What is said of hosts that are far busier than the others.")
    steps: tuple[StepRule, ...] = Field(default=(), description="Rules beside the target, or instead of it.")
    schedules: tuple[ScheduleField, ...] = Field(
        default=(), description="Other limits at some times: `Mon-Fri 08:00 - 20:00 Europe/Madrid min 4`."
    )
    cost_per_hour: Annotated[StrictInt | StrictFloat, Field(gt=0)] | None = Field(
        default=None, description="What one host costs in an hour, to be shown; in any currency."
    )

    @field_validator("max")
    @classmethod
    def room(cls, value: int, info: ValidationInfo) -> int:
        least = info.data.get("min", 1)
        if value < least:
            raise refuse(f"is below min, which is {least}", f"{least} or more")
        return value

    @property
    def ruled(self) -> bool:
        """Whether the number changes by itself; otherwise these are limits for people."""
        return self.target_cpu is not None or bool(self.steps or self.schedules)

    @property
    def memory(self) -> timedelta:
        """How far back what was wanted and changed still counts."""
        return max(self.cooldown, *(span for pace in (self.out, self.down) for span in (pace.after, pace.every)))
