"""The fleet as frozen values. Attributes bear the file's keys, but `statuses`, which the file calls `status`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.cloud import HERE, Account
from bot.fleet.access import Access
from bot.fleet.aws import Aws
from bot.fleet.checks import Check, expand
from bot.fleet.deployment import Deployment
from bot.fleet.duration import Pause, Reminder, Unwatched
from bot.fleet.escalation import Escalation
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.fleet.service import Service
from bot.fleet.windows import WindowField
from bot.fleet.words import Channel, Name
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
    unwatched_after: Unwatched = Field(
        default=timedelta(minutes=5),
        description="For how long checks may not be askable, as when Prometheus is away, before that is told.",
    )


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
