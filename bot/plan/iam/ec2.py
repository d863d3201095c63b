"""Backend ec2: instances that are found, and the load balancer's target group before them."""

from collections.abc import Iterator

from bot.fleet import Deployment
from bot.plan.iam.grants import Grant, Where


def found_hosts(deployment: Deployment, _where: Where) -> Iterator[Grant]:
    """DescribeInstances knows no narrower resource."""
    if deployment.ec2:
        yield Grant("FindHosts", ("ec2:DescribeInstances",))


def target_group(deployment: Deployment, where: Where) -> Iterator[Grant]:
    """To ask knows no narrower resource; to change is for the group alone."""
    ec2 = deployment.ec2
    if ec2 is None or ec2.target_group is None:
        return
    asks = ("DescribeTargetGroups", "DescribeTargetHealth")
    yield Grant("AskTargetGroups", _of_elb(*asks))
    group = target_group_arn(ec2.target_group, where.at(ec2.region))
    yield Grant("ChangeTargetGroups", _of_elb("DeregisterTargets", "RegisterTargets"), (group,))


def target_group_arn(name: str, where: Where) -> str:
    """Of a group by its name or ARN; a name is followed by an id that is not known."""
    return name if name.startswith("arn:") else where.arn("elasticloadbalancing", f"targetgroup/{name}/*")


def _of_elb(*actions: str) -> tuple[str, ...]:
    return tuple(f"elasticloadbalancing:{action}" for action in actions)
