"""The fleet's dashboards, with what only AWS knows filled in."""

from typing import Any

from bot.backends.aws_sessions import Sessions
from bot.backends.cloudwatch_out import put_dashboard, region_of
from bot.backends.ec2_hosts import Ec2Hosts
from bot.backends.elb import TargetGroups
from bot.cloud import HERE, Account, TargetGroup
from bot.engine.discovery import search_of
from bot.fleet import Fleet
from bot.model import Target
from bot.plan.dashboard import OWN, Seen, name_of, of_environment, of_the_bot

Body = dict[str, Any]


class Dashboards:
    """`namespace` is that of the bot's own figures, empty where it sends none. Everything raises CloudError."""

    def __init__(self, fleet: Fleet, namespace: str) -> None:
        self._fleet = fleet
        self._namespace = namespace
        self._sessions = Sessions()
        self._instances, self._groups = Ec2Hosts(self._sessions), TargetGroups(self._sessions)

    def bodies(self, environment: str | None) -> dict[str, tuple[Account, Body]]:
        """By name, each with the account it belongs to: those of one environment, or of all and of the bot itself."""
        found: dict[str, tuple[Account, Body]] = {}
        for name in self._fleet.environments if environment is None else (environment,):
            seen = [self._seen(target) for target in self._fleet.targets() if self._in_aws(target, name)]
            if seen:
                account = self._fleet.account(name)
                found[name_of(name)] = account, of_environment(self._fleet, seen, self.region(account))
        if self._namespace and environment is None:
            found[OWN] = HERE, of_the_bot(self._fleet, self._namespace, self.region(HERE))
        return found

    def put(self, name: str, account: Account, body: Body) -> None:
        put_dashboard(self._sessions, name, body, account)

    def region(self, account: Account) -> str:
        return region_of(self._sessions, account)

    def close(self) -> None:
        self._sessions.close()

    def _in_aws(self, target: Target, environment: str) -> bool:
        deployment = self._fleet.deployment(target)
        return target.environment == environment and deployment is not None and deployment.backend != "ssh"

    def _seen(self, target: Target) -> Seen:
        deployment = self._fleet.deployment(target)
        ec2 = deployment.ec2 if deployment else None
        if ec2 is None:
            return Seen(target)
        account = self._fleet.account(target.environment)
        instances = tuple(host.name for host in self._instances.find(search_of(ec2, account)))
        if ec2.target_group is None:
            return Seen(target, instances)
        names = self._groups.names(TargetGroup(ec2.target_group, account.at(ec2.region)))
        return Seen(target, instances, *names)
