"""A service in an environment: how it runs there, how it is changed, watched and scaled."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from bot.fleet.actions import Actions
from bot.fleet.analysis import switched
from bot.fleet.asg import Asg
from bot.fleet.backends import EITHER, Backend, Deliver, delivered, of_its_backend, written
from bot.fleet.check_config import CheckConfig
from bot.fleet.ci import RequireChecks
from bot.fleet.cloudformation import Cloudformation
from bot.fleet.duration import Later, Turn
from bot.fleet.ec2 import Ec2
from bot.fleet.ecs import Ecs
from bot.fleet.entries import HostField
from bot.fleet.managed import ManagedConfig, nowhere, on_hosts
from bot.fleet.part import Part
from bot.fleet.scale import Scale
from bot.fleet.steps import HealthConfig, Steps
from bot.fleet.strategy import Strategy
from bot.fleet.windows import WindowField
from bot.fleet.words import Directory
from bot.model import Host


class Deployment(Part):
    """A service in an environment."""

    model_config = ConfigDict(json_schema_extra=EITHER)

    backend: Backend = Field(description="The system that runs it: ssh, ec2 for instances found by tags, ecs, asg, …")
    hosts: tuple[HostField, ...] = Field(
        default=(),
        validate_default=True,
        description="Where it runs: user@address:port, or with a name.",
        json_schema_extra={"minItems": 1},
    )
    ec2: Ec2 | None = Field(
        default=None, validate_default=True, description="Of backend ec2: which instances, instead of hosts."
    )
    ecs: Ecs | None = Field(default=None, validate_default=True, description="Of backend ecs: which service of ECS.")
    asg: Asg | None = Field(default=None, validate_default=True, description="Of backend asg: which group's instances.")
    cloudformation: Cloudformation | None = Field(
        default=None, validate_default=True, description="Of backend cloudformation: which stack."
    )
    path: Directory = Field(
        default_factory=nowhere,
        validate_default=True,
        description="The bot's directory on each host: releases, and `current`.",
    )
    deliver: Deliver = Field(
        default="fetch",
        description="How a release gets to a host: fetch, by git there; or push, by the bot, to hosts without git.",
    )
    steps: Steps = Field(default_factory=nowhere, validate_default=True, description="What each host runs.")
    health: HealthConfig = Field(
        default_factory=nowhere, validate_default=True, description="When a host counts as healthy."
    )
    strategy: Strategy = Field(default=Strategy(), description="In which order hosts are changed.")
    require_checks: Annotated[RequireChecks | None, BeforeValidator(switched)] = Field(
        default=None, description="A commit must have passed its CI checks: true, or which, and how long to wait."
    )
    checks: tuple[CheckConfig, ...] = Field(default=(), description="What is watched.")
    actions: Actions = Field(default={}, description="Named steps that alerts offer, on the hosts concerned.")
    maintenance: tuple[WindowField, ...] = Field(
        default=(), description="When its checks tell nobody: windows of time with their zone."
    )
    deploy_grace: Later = Field(
        default=timedelta(minutes=1),
        description="How long what a deploy's restart breaks is told to nobody; then it is told if it is still down.",
    )
    keep: Annotated[StrictInt, Field(ge=2, le=100)] = Field(
        default=5, description="How many releases stay on each host."
    )
    scale: Scale | None = Field(
        default=None, description="How many hosts it has, and by which rules; left out: as many as there are."
    )
    queue: Literal["all", "latest"] = Field(
        default="all", description="Which deploys that wait in line begin: each in its order, or only the newest."
    )
    wait_at_most: Turn = Field(default=timedelta(hours=2), description="How long a deploy stands in line.")

    @field_validator("hosts")
    @classmethod
    def written_or_found(cls, value: tuple[Host, ...], info: ValidationInfo) -> tuple[Host, ...]:
        return written(value, info.data.get("backend"))

    @field_validator("ec2", "ecs", "asg", "cloudformation")
    @classmethod
    def with_its_backend(cls, value: Any, info: ValidationInfo) -> Any:
        return of_its_backend(value, str(info.field_name), info.data.get("backend"))

    @field_validator("deliver")
    @classmethod
    def where_it_can_be(cls, value: Deliver, info: ValidationInfo) -> Deliver:
        found = info.data.get("ec2")
        return delivered(value, info.data.get("backend"), found.transport if found else None)

    @field_validator("path", "steps", "health", mode="wrap")
    @classmethod
    def where_there_are_hosts(cls, value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        return on_hosts(value, str(info.field_name), info.data.get("backend"), read)

    @property
    def managed(self) -> ManagedConfig | None:
        """The system that brings its releases by itself; None where hosts are changed one by one."""
        return self.ecs or self.asg or self.cloudformation

    @property
    def places(self) -> tuple[str, ...]:
        """What a deploy changes, by name: the hosts, or the one unit of a system that brings releases by itself."""
        return (self.managed.unit,) if self.managed else tuple(host.name for host in self.hosts)

    def host(self, name: str) -> Host | None:
        """The host of that name."""
        return next((host for host in self.hosts if host.name == name), None)


def hosts_in_kind(deployment: Deployment) -> tuple[Host, ...]:
    """The hosts, or one that stands for those that will be found: with all of its variables."""
    found = deployment.ec2
    return (Host("each instance", found.user or "", "10.0.0.1", found.port, found.vars),) if found else deployment.hosts
