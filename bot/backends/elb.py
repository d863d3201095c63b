"""Target groups of Elastic Load Balancing: who is in, who serves; register and deregister."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.cloud import Member, TargetGroup

if TYPE_CHECKING:
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client

T = TypeVar("T")


class TargetGroups:
    """Fills base.Balancer. A name's ARN is asked for once."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._arns: dict[TargetGroup, str] = {}

    def members(self, group: TargetGroup) -> dict[str, Member]:
        """By instance id; of one that is registered with several ports the worst counts."""
        client, arn = self._client(group), self._arn(group)
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
        client, arn = self._client(group), self._arn(group)
        inside = [name for name in hosts if name in self.members(group)]
        if inside:
            targets = [{"Id": name} for name in inside]
            _asked("DeregisterTargets", lambda: client.deregister_targets(TargetGroupArn=arn, Targets=targets))  # type: ignore[arg-type] # a plain dict does

    def join(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        client, arn = self._client(group), self._arn(group)
        targets = [{"Id": name} for name in hosts]
        _asked("RegisterTargets", lambda: client.register_targets(TargetGroupArn=arn, Targets=targets))  # type: ignore[arg-type] # a plain dict does

    def names(self, group: TargetGroup) -> tuple[str, tuple[str, ...]]:
        """As CloudWatch's dimensions call it, and the load balancers before it: (`targetgroup/…`, `app/…`)."""
        client, arn = self._client(group), self._arn(group)
        answer = _asked("DescribeTargetGroups", lambda: client.describe_target_groups(TargetGroupArns=[arn]), arn)
        balancers = answer["TargetGroups"][0].get("LoadBalancerArns", [])
        return arn.rpartition(":")[2], tuple(one.partition(":loadbalancer/")[2] for one in balancers)

    def _arn(self, group: TargetGroup) -> str:
        if group.name.startswith("arn:"):
            return group.name
        if group not in self._arns:
            client = self._client(group)
            answer = _asked(
                "DescribeTargetGroups", lambda: client.describe_target_groups(Names=[group.name]), group.name
            )
            self._arns[group] = answer["TargetGroups"][0]["TargetGroupArn"]
        return self._arns[group]

    def _client(self, group: TargetGroup) -> "ElasticLoadBalancingv2Client":
        client: ElasticLoadBalancingv2Client = self._sessions.client("elbv2", group.account)
        return client


def _asked(action: str, call: Callable[[], T], about: str = "") -> T:
    return asked(f"elasticloadbalancing:{action}", call, about)
