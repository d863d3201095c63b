"""The fleet as frozen values. Attributes bear the file's keys, but `statuses`, which the file calls `status`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from bot.cloud import HERE, Account
from bot.fleet.access import Access
from bot.fleet.actions import Actions
from bot.fleet.analysis import switched
from bot.fleet.asg import Asg
from bot.fleet.aws import Aws
from bot.fleet.backends import EITHER, Backend, Deliver, delivered, of_its_backend, written
from bot.fleet.check_config import CheckConfig
from bot.fleet.checks import Check, expand
from bot.fleet.ci import RequireChecks
from bot.fleet.cloudformation import Cloudformation
from bot.fleet.duration import Later, Pause, Reminder, Turn
from bot.fleet.ec2 import Ec2
from bot.fleet.ecs import Ecs
from bot.fleet.entries import HostField
from bot.fleet.escalation import Escalation
from bot.fleet.forge import commit_url, compare_url
from bot.fleet.managed import ManagedConfig, nowhere, on_hosts
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.fleet.scale import Scale
from bot.fleet.steps import HealthConfig, Steps
from bot.fleet.strategy import Strategy
from bot.fleet.windows import WindowField
from bot.fleet.words import Channel, Commit, Compare, Directory, Glob, Mention, Name, Repository, Url
from bot.model import Host, Target


class Channels(Part):
    """The channels that the bot writes to."""

    deploys: Channel = Field(default="#deploys", description="Where deploys are told, each as one message.")
    alerts: Channel = Field(default="#alerts", description="Where DOWN and UP are told.")


class Alerts(Part):
    """How outages are told."""

    group_wait: Pause = Field(
        default=timedelta(seconds=10),
        description="What goes down this soon after another, of the same target, host or new release, is told with it.",
    )
    remind_every: Reminder | None = Field(
        default=None, description="How often an outage that nobody acknowledged is told again; left out: never."
    )
    escalate: tuple[Escalation, ...] = Field(
        default=(), description="Who else is told of an outage that nobody acknowledges: steps, each taken once."
    )


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


class Service(Part):
    """One application: where its releases come from, whose it is, where it runs."""

    owners: tuple[Mention, ...] = Field(default=(), description="Whose it is.")
    repo: Repository = Field(description="Anything git can fetch.")
    runbook: Url | None = Field(default=None, description="What to do when it is down.")
    escalate: tuple[Escalation, ...] | None = Field(
        default=None, description="Its own steps; left out: those of `alerts`."
    )
    depends_on: tuple[Name, ...] = Field(
        default=(),
        description="Services that it needs; while one is down its own outage is told in that one's message.",
    )
    compare: Compare | None = Field(
        default_factory=lambda data: compare_url(data.get("repo", "")),
        description="Page that compares {old} with {new}; known for GitHub and GitLab.",
    )
    commit: Commit | None = Field(
        default_factory=lambda data: commit_url(data.get("repo", "")),
        description="Page of the commit {sha}; known for GitHub and GitLab.",
    )
    irreversible: tuple[Glob, ...] = Field(
        default=(), description="Releases, by tag or pattern, that are never rolled back without being asked."
    )
    environments: dict[Name, Deployment] = Field(min_length=1, description="Where it runs.")


def _once_each(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise refuse(f"names {', '.join(twice)} twice", "each environment once")
    return names


class Fleet(Part):
    """The whole infrastructure as the bot knows it."""

    version: Literal[1] = Field(description="The shape of this file.")
    channels: Channels = Field(default=Channels(), description="Where messages go.")
    alerts: Alerts = Field(
        default=Alerts(), description="How outages are put together in messages, and how often people are reminded."
    )
    environments: Annotated[tuple[Name, ...], AfterValidator(_once_each)] = Field(
        min_length=1, description="In the order of promotion, left to right."
    )
    aliases: dict[Name, Name] = Field(
        default={}, description="Short names that people may type for environments: {prod: production}."
    )
    access: dict[Name, Access] = Field(
        default={}, description="Who may, by environment; one left out is open to everybody."
    )
    aws: dict[Name, Aws] = Field(
        default={}, description="Where each environment lives in AWS; one left out: as the AWS SDK finds it."
    )
    freezes: dict[Name, tuple[WindowField, ...]] = Field(
        default={}, description="When only rollbacks begin, by environment: windows of time with their zone."
    )
    services: dict[Name, Service] = Field(min_length=1, description="What runs.")

    def service(self, name: str) -> Service | None:
        """The service of that name."""
        return self.services.get(name)

    def deployment(self, target: Target) -> Deployment | None:
        """How the target runs, None if it does not."""
        service = self.services.get(target.service)
        return service.environments.get(target.environment) if service else None

    def hosts(self, target: Target) -> tuple[Host, ...]:
        """The target's hosts; none if it does not run."""
        deployment = self.deployment(target)
        return deployment.hosts if deployment else ()

    def account(self, environment: str) -> Account:
        """Where it lives in AWS."""
        found = self.aws.get(environment)
        return found.account() if found else HERE

    def escalation(self, service: str) -> tuple[Escalation, ...]:
        """The steps for its outages: its own, or those that hold for all."""
        found = self.services.get(service)
        return self.alerts.escalate if found is None or found.escalate is None else found.escalate

    def targets(self) -> list[Target]:
        """Services in the file's order, each one's environments in the order of promotion."""
        return [
            Target(name, environment)
            for name, service in self.services.items()
            for environment in self.environments
            if environment in service.environments
        ]

    def with_hosts(self, found: Mapping[Target, tuple[Host, ...]]) -> "Fleet":
        """The same fleet where these targets run on these hosts; itself when there are none."""
        services = dict(self.services)
        for target, hosts in found.items():
            service = services[target.service]
            deployment = service.environments[target.environment].model_copy(update={"hosts": hosts})
            environments = {**service.environments, target.environment: deployment}
            services[target.service] = service.model_copy(update={"environments": environments})
        return self.model_copy(update={"services": services}) if found else self

    def checks(self) -> list[Check]:
        """Every check, those per host once for each host."""
        return [check for target in self.targets() for check in self.checks_of(target)]

    def checks_of(self, target: Target) -> list[Check]:
        """The target's checks in the file's order; none if it does not run."""
        deployment = self.deployment(target)
        configs = deployment.checks if deployment else ()
        hosts, account = self.hosts(target), self.account(target.environment)
        return [check for config in configs for check in expand(target, config, hosts, account)]
