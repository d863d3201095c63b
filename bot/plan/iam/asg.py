"""Backend asg: images, launch template versions, and the refresh of one group."""

from collections.abc import Iterator

from bot.fleet import Deployment
from bot.plan.iam.capacity import PASSED
from bot.plan.iam.grants import Grant, Where

ASKS = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeInstanceRefreshes",
    "autoscaling:DescribeScalingActivities",
    "ec2:DescribeImages",
    "ec2:DescribeLaunchTemplateVersions",
)
CHANGES = (
    "autoscaling:CancelInstanceRefresh",
    "autoscaling:RollbackInstanceRefresh",
    "autoscaling:StartInstanceRefresh",
    "autoscaling:UpdateAutoScalingGroup",
)


def refreshed_group(deployment: Deployment, where: Where) -> Iterator[Grant]:
    """To ask knows no narrower resource. Whoever lets a group launch from a template needs the right to launch too."""
    group = deployment.asg
    if group is None:
        return
    here = where.at(group.region)
    yield Grant("AskGroups", ASKS)
    yield Grant("RefreshGroups", CHANGES, (group_arn(group.group, here),))
    yield Grant("MakeTemplateVersions", ("ec2:CreateLaunchTemplateVersion",), (here.arn("ec2", "launch-template/*"),))
    yield Grant("LaunchInstances", ("ec2:RunInstances", "ec2:CreateTags"))
    yield Grant("GiveInstancesTheirRole", ("iam:PassRole",), (where.wide("iam", "role/*"),), PASSED)


def group_arn(name: str, where: Where) -> str:
    return where.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{name}")
