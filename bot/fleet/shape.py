"""The fleet as frozen values. Attributes bear the file's keys, but `statuses`, which the file calls `status`."""

from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    ValidationInfo,
    field_validator,
)

from bot.fleet.analysis import Analysis, switched
from bot.fleet.checks import Check, expand
from bot.fleet.duration import Answer, Interval, Patience, StepTime
from bot.fleet.entries import Batch, HostField, Statuses, or_text
from bot.fleet.forge import commit_url, compare_url
from bot.fleet.refusal import refuse
from bot.fleet.windows import WindowField
from bot.fleet.words import Channel, Command, Commit, Compare, Directory, Mention, Name, Repository, Template, Url
from bot.model import Action, Host, Target

STEP_TIMEOUTS = {"install": timedelta(minutes=10), "test": timedelta(minutes=15), "restart": timedelta(minutes=1)}
BATCHES: tuple[int | str, ...] = (1, "50%", "100%")
NEEDS_ACTION = "a check without an action does not load"


class Part(BaseModel):
    """Frozen, and closed: a key nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Channels(Part):
    """The channels that the bot writes to."""

    deploys: Channel = Field(default="#deploys", description="Where deploys are told, each as one message.")
    alerts: Channel = Field(default="#alerts", description="Where DOWN and UP are told.")


class Access(Part):
    """Who may do what in one environment; an empty list lets everybody."""

    deploy: tuple[Mention, ...] = Field(default=(), description="Who may deploy: user groups and member ids.")
    approve: tuple[Mention, ...] = Field(
        default=(), description="Who may promote a canary; left out: whoever may deploy."
    )
    four_eyes: StrictBool = Field(default=False, description="Nobody approves a deploy that they asked for.")
    approvals: Annotated[StrictInt, Field(ge=1, le=10)] = Field(default=1, description="How many people must approve.")
    force: tuple[Mention, ...] = Field(
        default=(), description="Who may force a deploy past a freeze, and unfreeze; left out: whoever may approve."
    )


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
    """What each host runs, in this order. Default timeouts: install 10m, test 15m, restart 1m."""

    install: StepConfig | None = Field(default=None, description="Makes the new release ready to run.")
    test: StepConfig | None = Field(default=None, description="Must end with 0 before the switch.")
    restart: StepConfig = Field(description="Starts the release that `current` points to.")

    @field_validator("install", "test", "restart", mode="before")
    @classmethod
    def with_timeout(cls, value: Any, info: Any) -> Any:
        if isinstance(value, str):
            value = {"run": value}
        return {"timeout": STEP_TIMEOUTS[info.field_name], **value} if isinstance(value, dict) else value


class HealthConfig(Part):
    """When a host counts as healthy after its restart."""

    http: Template = Field(description="Asked on each host; {host}, {name} and {VAR} are filled in.")
    timeout: Patience = Field(default=timedelta(seconds=30), description="By then the host must be healthy.")
    every: Interval = Field(default=timedelta(seconds=1), description="Pause between two questions.")
    successes: Annotated[StrictInt, Field(ge=1, le=100)] = Field(
        default=2, description="Good answers in a row that it takes."
    )
    request_timeout: Answer = Field(default=timedelta(seconds=5), description="How long one answer may take.")
    statuses: Statuses = Field(default=(200,), alias="status", min_length=1, description="Status codes that are well.")
    body: str = Field(default="", description="Text that the answer must hold.")


def _batches_by_kind(data: dict[str, Any]) -> tuple[int | str, ...]:
    return ("100%",) if data.get("kind") == "all_at_once" else BATCHES


def _rising_to_all(batches: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Counts rise, shares rise, and the last batch is everything."""
    counts = [batch for batch in batches if isinstance(batch, int)]
    shares = [int(batch.rstrip("%")) for batch in batches if isinstance(batch, str)]
    if any(later <= earlier for row in (counts, shares) for earlier, later in pairwise(row)):
        raise refuse("batches must grow: each says how many hosts run the release in all", 'such as [1, "50%", "100%"]')
    if not batches or batches[-1] != "100%":
        raise refuse('the last batch must be "100%", or hosts would be left behind', 'such as [1, "50%", "100%"]')
    return batches


class Strategy(Part):
    """How a deploy goes through the hosts."""

    kind: Literal["all_at_once", "rolling", "canary"] = Field(
        default="rolling", description="All hosts in one go, batch by batch, or so with gates after the first batch."
    )
    batches: Annotated[tuple[Batch, ...], AfterValidator(_rising_to_all)] = Field(
        default_factory=_batches_by_kind,
        description='How many hosts run the new release after each batch: counts or shares; ends at "100%".',
    )
    bake: Patience | None = Field(
        default_factory=lambda data: timedelta(minutes=2) if data.get("kind") == "canary" else None,
        description="Of a canary: how long its first batch is watched before the next; 2m when left out.",
    )
    analysis: Annotated[Analysis | None, BeforeValidator(switched)] = Field(
        default=None, description="Of a canary: compare it with the old release while it bakes; true, or with limits."
    )
    approve: StrictBool = Field(default=False, description="Of a canary: people decide whether it goes on.")
    approve_within: Patience = Field(
        default=timedelta(hours=1), description="After this an unanswered approval is a no."
    )

    @field_validator("analysis")
    @classmethod
    def of_a_baking_canary(cls, value: Analysis | None, info: ValidationInfo) -> Analysis | None:
        if value and info.data.get("kind", "canary") != "canary":
            raise refuse(
                "compares a canary, and this is none", "with kind: canary", "set kind: canary, or leave it out"
            )
        if value and info.data.get("bake", True) is None:
            raise refuse("needs time to look", "with a bake", "set bake: 2m")
        return value


def _action(value: object) -> object:
    if value is None:
        raise refuse(NEEDS_ACTION, "rollback, restart or runbook")
    return value


class CheckConfig(Part):
    """One thing asked again and again, and what an alert offers."""

    name: Name | None = Field(default=None, description="Part of the check's id; `http` when left out.")
    http: Template = Field(description="What is asked; with per_host, {host}, {name} and {VAR} are filled in.")
    every: Interval = Field(default=timedelta(seconds=30), description="How often.")
    timeout: Answer = Field(default=timedelta(seconds=10), description="How long one answer may take.")
    down_after: Annotated[StrictInt, Field(ge=1, le=100)] = Field(
        default=3, description="Failures in a row that make it DOWN."
    )
    up_after: Annotated[StrictInt, Field(ge=1, le=100)] = Field(
        default=2, description="Good answers in a row that make it UP."
    )
    statuses: Statuses = Field(default=(200,), alias="status", min_length=1, description="Status codes that are well.")
    body: str = Field(default="", description="Text that the answer must hold.")
    action: Annotated[Action, BeforeValidator(_action)] = Field(description="The button its alert offers.")
    per_host: StrictBool = Field(default=False, description="Ask every host of the deployment by itself.")

    @property
    def status(self) -> tuple[int, ...]:
        return self.statuses

    @property
    def label(self) -> str:
        """The name, or what it is by default."""
        return self.name or "http"


class Deployment(Part):
    """A service in an environment."""

    backend: Literal["ssh"] = Field(description="The system that runs it.")
    hosts: tuple[HostField, ...] = Field(min_length=1, description="Where it runs: user@address:port, or with a name.")
    path: Directory = Field(description="The bot's directory on each host: releases, and `current`.")
    steps: Steps = Field(description="What each host runs.")
    health: HealthConfig = Field(description="When a host counts as healthy.")
    strategy: Strategy = Field(default=Strategy(), description="In which order hosts are changed.")
    checks: tuple[CheckConfig, ...] = Field(default=(), description="What is watched.")
    keep: Annotated[StrictInt, Field(ge=2, le=100)] = Field(
        default=5, description="How many releases stay on each host."
    )

    def host(self, name: str) -> Host | None:
        """The host of that name."""
        return next((host for host in self.hosts if host.name == name), None)


class Service(Part):
    """One application: where its releases come from, whose it is, where it runs."""

    owners: tuple[Mention, ...] = Field(default=(), description="Whose it is.")
    repo: Repository = Field(description="Anything git can fetch.")
    runbook: Url | None = Field(default=None, description="What to do when it is down.")
    compare: Compare | None = Field(
        default_factory=lambda data: compare_url(data.get("repo", "")),
        description="Page that compares {old} with {new}; known for GitHub and GitLab.",
    )
    commit: Commit | None = Field(
        default_factory=lambda data: commit_url(data.get("repo", "")),
        description="Page of the commit {sha}; known for GitHub and GitLab.",
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
    environments: Annotated[tuple[Name, ...], AfterValidator(_once_each)] = Field(
        min_length=1, description="In the order of promotion, left to right."
    )
    aliases: dict[Name, Name] = Field(
        default={}, description="Short names that people may type for environments: {prod: production}."
    )
    access: dict[Name, Access] = Field(
        default={}, description="Who may, by environment; one left out is open to everybody."
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

    def targets(self) -> list[Target]:
        """Services in the file's order, each one's environments in the order of promotion."""
        return [
            Target(name, environment)
            for name, service in self.services.items()
            for environment in self.environments
            if environment in service.environments
        ]

    def checks(self) -> list[Check]:
        """Every check, those per host once for each host."""
        return [
            check
            for target in self.targets()
            if (deployment := self.deployment(target))
            for config in deployment.checks
            for check in expand(target, config, deployment.hosts)
        ]
