"""A service of Amazon ECS: the key `ecs`."""

import re
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from bot.fleet.duration import Patience
from bot.fleet.managed import ManagedConfig, Text
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.fleet.words import Name

IMAGE = re.compile(r"[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)+")
ECR = re.compile(r"(?P<account>[0-9]{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>.+)")


def _repository(value: str) -> str:
    if not IMAGE.fullmatch(value):
        allowed = "REGISTRY/NAME, such as 123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop"
        raise refuse("is no repository of images", allowed, "leave the tag or digest out: a deploy names it")
    return value


class Shift(Part):
    """How traffic goes over, in steps that ECS itself makes; the service needs a load balancer for it."""

    kind: Literal["linear", "canary"] = Field(description="In equal steps, or a first share and then all of it.")
    percent: Annotated[StrictInt, Field(ge=1, le=99)] = Field(default=10, description="Of traffic in a step.")
    bake: Patience = Field(
        default=timedelta(minutes=5), description="How long ECS watches after each step; whole minutes."
    )


class Task(Part):
    """A command that is run once, in a task of its own."""

    command: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(
        description="Program and arguments; no shell reads it."
    )
    container: Text | None = Field(default=None, description="In which container; left out: the service's own.")
    timeout: Patience = Field(default=timedelta(minutes=15), description="After this the task is stopped.")


class Ecs(ManagedConfig):
    """A service that ECS runs; the image is brought by its digest."""

    BACKEND: ClassVar[str] = "ecs"

    cluster: Text = Field(default="default", description="Name or ARN.")
    service: Text = Field(description="Its name in the cluster.")
    container: Text | None = Field(
        default=None, description="Which container gets the image; left out: the only one of the task definition."
    )
    image: Annotated[str, AfterValidator(_repository)] = Field(
        description="Repository of its images, without a tag: in ECR, or any registry that speaks the v2 API."
    )
    circuit_breaker: StrictBool = Field(
        default=True, description="ECS gives up by itself when tasks do not start, and goes back."
    )
    alarms: tuple[Text, ...] = Field(
        default=(), description="CloudWatch alarms by name: one that goes off during a deploy turns it back."
    )
    shift: Shift | None = Field(default=None, description="Traffic goes over in steps; left out: task by task.")
    tasks: dict[Name, Task] = Field(default={}, description="Commands for `/deploy run`, each in a task of its own.")

    @property
    def unit(self) -> str:
        return f"{self.service} (ECS)"
