"""Backend ec2: instances that are found, and the load balancer's target group before them."""

from collections.abc import Iterator
from dataclasses import replace

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


def by_ssm(deployment: Deployment, where: Where) -> Iterator[Grant]:
    """A script is run on instances with the fleet file's tags only; what asks or cancels knows no narrower resource."""
    ec2 = deployment.ec2
    if ec2 is None or ec2.transport != "ssm":
        return
    asks = ("CancelCommand", "DescribeInstanceInformation", "GetCommandInvocation", "ListCommandInvocations")
    yield Grant("AskAgents", tuple(f"ssm:{action}" for action in asks))
    here = where.at(ec2.region)
    document = replace(here, account="").arn("ssm", "document/AWS-RunShellScript")
    yield Grant("NameTheScript", ("ssm:SendCommand",), (document,))
    tags = {f"ssm:resourceTag/{name}": value for name, value in sorted(ec2.tags.items())}
    name = "".join(
        letter for value in ec2.tags.values() for letter in value.title() if letter.isascii() and letter.isalnum()
    )
    yield Grant(f"RunScripts{name}", ("ssm:SendCommand",), (here.arn("ec2", "instance/*"),), {"StringEquals": tags})


def target_group_arn(name: str, where: Where) -> str:
    """Of a group by its name or ARN; a name is followed by an id that is not known."""
    return name if name.startswith("arn:") else where.arn("elasticloadbalancing", f"targetgroup/{name}/*")


def _of_elb(*actions: str) -> tuple[str, ...]:
    return tuple(f"elasticloadbalancing:{action}" for action in actions)
