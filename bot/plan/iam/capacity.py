"""/scale and the orchestrator: instances that are made and ended, Auto Scaling groups, ECS services' desired counts."""

from collections.abc import Iterator

from bot.fleet import Deployment
from bot.plan.iam.grants import Grant, Where

PASSED = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}


def instances(deployment: Deployment, where: Where) -> Iterator[Grant]:
    """RunInstances is asked for everything that an instance is made of; to end one, for those with the tags alone."""
    ec2 = deployment.ec2
    if ec2 is None or ec2.launch is None:
        return
    here = where.at(ec2.region)
    instance = here.arn("ec2", "instance/*")
    yield Grant("LookAtInstances", ("ec2:DescribeInstances", "ec2:DescribeInstanceAttribute"))
    yield Grant("LaunchInstances", ("ec2:RunInstances", "ec2:CreateTags"))
    yield Grant("GiveInstancesTheirRole", ("iam:PassRole",), (where.wide("iam", "role/*"),), PASSED)
    tagged = {f"aws:ResourceTag/{name}": value for name, value in sorted(ec2.tags.items())}
    yield Grant("EndInstances", ("ec2:TerminateInstances",), (instance,), {"StringEquals": tagged})


def scaling_groups(deployment: Deployment, where: Where) -> Iterator[Grant]:
    """To ask knows no narrower resource. One whose instances are replaced is never held still by the bot."""
    ec2, asg = deployment.ec2, deployment.asg
    if ec2 and ec2.group:
        name = _group_arn(ec2.group, where.at(ec2.region))
        held = ("EnterStandby", "ExitStandby", "ResumeProcesses", "SuspendProcesses")
        yield Grant("HoldScalingGroups", _of_scaling(*held), (name,))
    elif asg:
        name = _group_arn(asg.group, where.at(asg.region))
    else:
        return
    yield Grant("AskScalingGroups", _of_scaling("DescribeAutoScalingGroups", "DescribeScalingActivities"))
    acts = ("SetDesiredCapacity", "TerminateInstanceInAutoScalingGroup")
    yield Grant("ChangeScalingGroups", _of_scaling(*acts), (name,))


def _group_arn(name: str, where: Where) -> str:
    return where.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{name}")


def ecs_services(deployment: Deployment, where: Where) -> Iterator[Grant]:
    """The service alone; its cluster may be named by its ARN."""
    ecs = deployment.ecs
    if ecs is None:
        return
    cluster = ecs.cluster.rpartition("/")[2]
    service = where.at(ecs.region).arn("ecs", f"service/{cluster}/{ecs.service}")
    yield Grant("ScaleServices", ("ecs:DescribeServices", "ecs:UpdateService"), (service,))


def _of_scaling(*actions: str) -> tuple[str, ...]:
    return tuple(f"autoscaling:{action}" for action in actions)
