"""Target groups of Elastic Load Balancing: who is in, who serves; register and deregister."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.cloud import Member, TargetGroup

if TYPE_CHECKING:
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client
    from mypy_boto3_elbv2.type_defs import TargetDescriptionTypeDef, TargetHealthDescriptionTypeDef

T = TypeVar("T")
NO_PORTS: frozenset[int] = frozenset()


class TargetGroups:
    """Fills base.Balancer. A name's ARN is asked for once.

    A host may be registered with ports of its own instead of the group's: it leaves with all of them, since AWS takes
    out only what is named, and comes back with them.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._arns: dict[TargetGroup, str] = {}
        self._left: dict[tuple[TargetGroup, str], frozenset[int]] = {}

    def members(self, group: TargetGroup) -> dict[str, Member]:
        """By instance id; of one that is registered with several ports the worst counts."""
        found: dict[str, Member] = {}
        for one in self._described(group):
            health = one.get("TargetHealth", {})
            member = Member(health.get("State", "unknown"), health.get("Reason", ""))
            name = one["Target"]["Id"]
            if name not in found or found[name].serves:
                found[name] = member
        return found

    def leave(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        client, arn, inside = self._client(group), self._arn(group), self._ports(group)
        going = {name: inside[name] for name in hosts if name in inside}
        if going:
            self._left |= {(group, name): ports for name, ports in going.items()}
            targets = _targets(going)
            _asked("DeregisterTargets", lambda: client.deregister_targets(TargetGroupArn=arn, Targets=targets))

    def join(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        client, arn, inside = self._client(group), self._arn(group), self._ports(group)
        targets = _targets({name: self._usual(group, name, inside) for name in hosts})
        _asked("RegisterTargets", lambda: client.register_targets(TargetGroupArn=arn, Targets=targets))

    def _usual(self, group: TargetGroup, name: str, inside: Mapping[str, frozenset[int]]) -> frozenset[int]:
        """The ports that it has there or left with; else those that all the others have; none: the group's own."""
        everybodys = set(inside.values())
        shared = everybodys.pop() if len(everybodys) == 1 else NO_PORTS
        return inside.get(name) or self._left.get((group, name)) or shared

    def _ports(self, group: TargetGroup) -> dict[str, frozenset[int]]:
        found: dict[str, frozenset[int]] = {}
        for one in self._described(group):
            name, port = one["Target"]["Id"], one["Target"].get("Port")
            found[name] = found.get(name, NO_PORTS) | ({port} if port else NO_PORTS)
        return found

    def _described(self, group: TargetGroup) -> "Sequence[TargetHealthDescriptionTypeDef]":
        client, arn = self._client(group), self._arn(group)
        answer = _asked("DescribeTargetHealth", lambda: client.describe_target_health(TargetGroupArn=arn))
        return answer["TargetHealthDescriptions"]

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


def _targets(ports: Mapping[str, frozenset[int]]) -> "list[TargetDescriptionTypeDef]":
    found: list[TargetDescriptionTypeDef] = []
    for name, some in ports.items():
        found += [{"Id": name, "Port": port} for port in sorted(some)] or [{"Id": name}]
    return found


def _asked(action: str, call: Callable[[], T], about: str = "") -> T:
    return asked(f"elasticloadbalancing:{action}", call, about)
