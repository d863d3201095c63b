"""Target groups of Elastic Load Balancing: who is in, who serves; register and deregister."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bot.backends.aws_errors import cloud_error
from bot.cloud import Member, TargetGroup

if TYPE_CHECKING:
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client

PATIENCE = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 6, "mode": "standard"})
T = TypeVar("T")


class TargetGroups:
    """Fills base.Balancer. One client per region, made when it is first needed; a name's ARN is asked for once."""

    def __init__(self) -> None:
        self._clients: dict[str | None, ElasticLoadBalancingv2Client] = {}
        self._arns: dict[TargetGroup, str] = {}
        self._guard = threading.Lock()

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def members(self, group: TargetGroup) -> dict[str, Member]:
        """By instance id; of one that is registered with several ports the worst counts."""
        client, arn = self._client(group.region), self._arn(group)
        answer = _asked("DescribeTargetHealth", lambda: client.describe_target_health(TargetGroupArn=arn))
        found: dict[str, Member] = {}
        for one in answer["TargetHealthDescriptions"]:
            health = one.get("TargetHealth", {})
            member = Member(health.get("State", "unknown"), health.get("Reason", ""))
            name = one["Target"]["Id"]
            if name not in found or found[name].serves:
                found[name] = member
        return found

    def leave(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        client, arn = self._client(group.region), self._arn(group)
        inside = [name for name in hosts if name in self.members(group)]
        if inside:
            targets = [{"Id": name} for name in inside]
            _asked("DeregisterTargets", lambda: client.deregister_targets(TargetGroupArn=arn, Targets=targets))  # type: ignore[arg-type] # a plain dict does

    def join(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        client, arn = self._client(group.region), self._arn(group)
        targets = [{"Id": name} for name in hosts]
        _asked("RegisterTargets", lambda: client.register_targets(TargetGroupArn=arn, Targets=targets))  # type: ignore[arg-type] # a plain dict does

    def _arn(self, group: TargetGroup) -> str:
        if group.name.startswith("arn:"):
            return group.name
        if group not in self._arns:
            client = self._client(group.region)
            answer = _asked(
                "DescribeTargetGroups", lambda: client.describe_target_groups(Names=[group.name]), group.name
            )
            self._arns[group] = answer["TargetGroups"][0]["TargetGroupArn"]
        return self._arns[group]

    def _client(self, region: str | None) -> "ElasticLoadBalancingv2Client":
        with self._guard:
            if region not in self._clients:
                self._clients[region] = boto3.session.Session().client("elbv2", region, config=PATIENCE)
            return self._clients[region]


def _asked(action: str, call: Callable[[], T], about: str = "") -> T:
    try:
        return call()
    except (BotoCoreError, ClientError, ValueError) as error:  # the last one for an endpoint that is none
        raise cloud_error(error, f"elasticloadbalancing:{action}", about) from error
