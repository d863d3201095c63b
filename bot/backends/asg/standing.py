"""How an Auto Scaling group stands: its instances, and what each was launched from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.backends.aws_errors import asked
from bot.errors import CloudRefused
from bot.fleet.asg import Asg

ACTION = "autoscaling:DescribeAutoScalingGroups"
LOOKED_AT = 50  # of the newest activities
MOST = 3
MOVING = ("$Latest", "$Default")
"""Versions that mean another one tomorrow: AWS cannot go back to them."""


@dataclass(frozen=True, slots=True)
class Instance:
    """`state` and `health` in AWS's words: `InService`, `Pending:Wait`, …, `Healthy`. `version` is its template's."""

    id: str
    state: str
    health: str
    version: str
    template: str

    @property
    def serves(self) -> bool:
        return self.state == "InService" and self.health == "Healthy"


@dataclass(frozen=True, slots=True)
class Standing:
    """`template` is the launch template's id, `version` what the group launches from (a number, or a moving name).

    `mixed` is its mixed instances policy as AWS keeps it, None without one.
    """

    name: str
    desired: int
    template: str
    version: str
    instances: tuple[Instance, ...] = ()
    mixed: Mapping[str, Any] | None = field(default=None, compare=False)

    def at(self, version: str) -> tuple[Instance, ...]:
        return tuple(one for one in self.instances if one.version == version and one.template == self.template)


def standing_of(autoscaling: Any, group: Asg) -> Standing:
    """Raises CloudRefused for a group that is not there, or has no launch template of its own."""
    answer = asked(ACTION, lambda: autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[group.group]))
    if not answer["AutoScalingGroups"]:
        raise CloudRefused(ACTION, f"there is no Auto Scaling group {group.group}: compare its name and its region")
    found = answer["AutoScalingGroups"][0]
    mixed = found.get("MixedInstancesPolicy")
    template = _template(found, mixed, group.group)
    return Standing(
        name=group.group,
        desired=found["DesiredCapacity"],
        template=template["LaunchTemplateId"],
        version=template.get("Version", "$Default"),
        instances=tuple(_instance(one) for one in found.get("Instances", ())),
        mixed=mixed,
    )


def pin(autoscaling: Any, standing: Standing, number: str) -> None:
    """Lets the group launch from the number that its moving name means now: nothing changes but what AWS can undo."""
    asked(
        "autoscaling:UpdateAutoScalingGroup",
        lambda: autoscaling.update_auto_scaling_group(
            AutoScalingGroupName=standing.name, **configuration(standing, number)
        ),
        standing.name,
    )


def configuration(standing: Standing, version: str) -> dict[str, Any]:
    """What the group is, or shall be: the same but for the number of its template's version."""
    template = {"LaunchTemplateId": standing.template, "Version": version}
    if standing.mixed is None:
        return {"LaunchTemplate": template}
    launch = {**standing.mixed["LaunchTemplate"], "LaunchTemplateSpecification": template}
    return {"MixedInstancesPolicy": {**standing.mixed, "LaunchTemplate": launch}}


def troubles(autoscaling: Any, group: Asg, since: datetime | None) -> tuple[str, ...]:
    """Why instances could not be launched or ended since then, in AWS's words, the newest first and each once."""
    answer = asked(
        "autoscaling:DescribeScalingActivities",
        lambda: autoscaling.describe_scaling_activities(AutoScalingGroupName=group.group, MaxRecords=LOOKED_AT),
    )
    failed = [one for one in answer["Activities"] if one.get("StatusCode") == "Failed"]
    recent = [one for one in failed if since is None or one["StartTime"] >= since]
    words = (one.get("StatusMessage") or one.get("Cause", "") for one in recent)
    return tuple(dict.fromkeys(text for text in words if text))[:MOST]


def _template(found: Mapping[str, Any], mixed: Mapping[str, Any] | None, name: str) -> Mapping[str, Any]:
    launch = (mixed or {}).get("LaunchTemplate", {})
    if any("LaunchTemplateSpecification" in one for one in launch.get("Overrides", ())):
        words = f"{name} launches from several templates: give its instance types one launch template"
        raise CloudRefused(ACTION, words)
    template: Mapping[str, Any] | None = found.get("LaunchTemplate") or launch.get("LaunchTemplateSpecification")
    if not template:
        words = f"{name} has no launch template (a launch configuration cannot be refreshed): give it one"
        raise CloudRefused(ACTION, words)
    return template


def _instance(one: Mapping[str, Any]) -> Instance:
    template = one.get("LaunchTemplate", {})
    return Instance(
        id=one["InstanceId"],
        state=one.get("LifecycleState", ""),
        health=one.get("HealthStatus", ""),
        version=template.get("Version", ""),
        template=template.get("LaunchTemplateId", ""),
    )
