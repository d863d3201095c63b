"""The fleet file's words for a target, as backends and gates need them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.backends.base import Site, StepSpec
from bot.backends.managed import ManagedSite
from bot.cloud import HERE, Account, ScalingGroup, TargetGroup
from bot.engine.traffic import Behind
from bot.errors import CloudError, HostRefused, PointsmanError
from bot.fleet import Deployment, Fleet, HealthConfig, Steps
from bot.fleet.analysis import Analysis
from bot.fleet.ec2 import Ec2
from bot.model import Host, Step, Target

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A target made ready to be acted on."""

    site: Site
    hosts: Mapping[str, Host]
    health: HealthConfig
    bake: timedelta
    keep: timedelta
    analysis: Analysis | None = None
    commands: Mapping[str, StepSpec] = field(default_factory=dict)  # named steps
    behind: Behind | None = None  # a load balancer
    account: Account = HERE
    group: ScalingGroup | None = None  # whose instances its hosts are
    managed: ManagedSite | None = None  # a system that brings releases by itself

    def hosts_of(self, names: Sequence[str]) -> list[Host]:
        """In the order given. Raises HostRefused when the fleet file no longer names one of them."""
        for name in names:
            if name not in self.hosts:
                raise HostRefused(name, "is no longer in the fleet file")
        return [self.hosts[name] for name in names]


def written_down(target: Target) -> None:
    """Nothing is looked for: the fleet file names the hosts."""


class Sites:
    """`look` looks anew for the hosts of a target that is found, and raises CloudError when that cannot be done."""

    def __init__(self, fleet: Callable[[], Fleet], look: Callable[[Target], None] = written_down) -> None:
        self._fleet = fleet
        self.look = look

    def place(self, target: Target, kind: str = "") -> Place:
        """`kind` is the strategy's, where a deploy has its own. Raises PointsmanError when the fleet file no longer
        knows the target.

        While the cloud cannot be read its hosts are those found last: one that is gone shows when it is reached for.
        """
        try:
            self.look(target)
        except CloudError as error:
            log.warning("hosts cannot be looked for; those found last are used", target=str(target), error=str(error))
        fleet = self._fleet()
        service, deployment = fleet.service(target.service), fleet.deployment(target)
        if service is None or deployment is None:
            raise PointsmanError(f"{target} is no longer in the fleet file")
        account = fleet.account(target.environment)
        site = Site(
            service=target.service,
            environment=target.environment,
            repo=service.repo,
            path=deployment.path,
            steps=_steps(deployment.steps),
            keep=deployment.keep,
            ssm=_ssm(deployment.ec2, account),
            account=account,
            pushed=deployment.deliver == "push",
        )
        strategy = deployment.strategy.chosen(kind or None)
        bake = strategy.bake or timedelta(0)
        named = {name: StepSpec(action.ssh, action.timeout) for name, action in deployment.actions.items()}
        hosts, behind = _by_name(deployment), _behind(deployment.ec2, account)
        managed = managed_site(fleet, target)
        group, analysis = _group(deployment.ec2, account), strategy.analysis
        return Place(
            site, hosts, deployment.health, bake, strategy.keep, analysis, named, behind, account, group, managed
        )


def managed_site(fleet: Fleet, target: Target) -> ManagedSite | None:
    """Where a system brings releases by itself; None where hosts are changed one by one."""
    service, deployment = fleet.service(target.service), fleet.deployment(target)
    config = deployment.managed if deployment else None
    if service is None or config is None:
        return None
    account = fleet.account(target.environment).at(config.region)
    return ManagedSite(target.service, target.environment, service.repo, config, account)


def target_group(fleet: Fleet, target: Target) -> TargetGroup | None:
    """The load balancer's, that the target's hosts are registered with."""
    deployment = fleet.deployment(target)
    found = _behind(deployment.ec2, fleet.account(target.environment)) if deployment else None
    return found.group if found else None


def _behind(ec2: Ec2 | None, account: Account) -> Behind | None:
    if ec2 is None or ec2.target_group is None:
        return None
    return Behind(TargetGroup(ec2.target_group, account.at(ec2.region)), ec2.min_healthy, ec2.drain, ec2.join)


def _ssm(ec2: Ec2 | None, account: Account) -> Account | None:
    return account.at(ec2.region) if ec2 and ec2.transport == "ssm" else None


def _group(ec2: Ec2 | None, account: Account) -> ScalingGroup | None:
    return ScalingGroup(ec2.group, account.at(ec2.region)) if ec2 and ec2.group else None


def _by_name(deployment: Deployment) -> dict[str, Host]:
    return {host.name: host for host in deployment.hosts}


def _steps(steps: Steps) -> dict[Step, StepSpec]:
    given = {step: getattr(steps, step.value, None) for step in Step}
    return {step: StepSpec(config.run, config.timeout) for step, config in given.items() if config}
