"""moto, made truer where it lies of what our backends ask: run as `python -m tests.backends.truer_moto -H … -p …`.

Launch template versions are made from their source, and an instance keeps the version that it was launched from.
Instance refreshes go one instance further at each look: an image with the tag `breaks` fails at half of the group, one
with `stuck` cannot be rolled back either. Stacks: see truer_stacks.py; deployments of ECS: bot/sandbox/aws/ecs.py.
"""

import itertools
from datetime import timedelta
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import InstanceState
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models.amis import Ami
from moto.ec2.responses import EC2Response
from moto.ec2.utils import parse_user_data
from moto.server import main

from bot.sandbox.aws import ecs
from tests.backends import truer_stacks

GROUPS: dict[str, "Refreshing"] = {}
REVERSIBLE = ("Pending", "InProgress", "Baking")


class Refreshing:
    """The refreshes of one group, the newest first."""

    def __init__(self, group: Any) -> None:
        self.group = group
        self.known: list[dict[str, Any]] = []
        self.activities: list[dict[str, Any]] = []

    def running(self) -> dict[str, Any] | None:
        over = ("Successful", "Failed", "Cancelled", "RollbackSuccessful", "RollbackFailed")
        return next((one for one in self.known if one["Status"] not in over), None)

    def start(self, desired: dict[str, Any], preferences: dict[str, Any]) -> str:
        if self.running():
            raise AutoscalingClientError("InstanceRefreshInProgress", "An Instance Refresh is already in progress")
        refresh = {
            "InstanceRefreshId": f"refresh-{len(self.known) + 1}",
            "AutoScalingGroupName": self.group.name,
            "Status": "Pending",
            "StartTime": utcnow(),
            "DesiredConfiguration": desired,
            "Preferences": preferences,
            "PercentageComplete": 0,
            "InstancesToUpdate": len(self.group.instance_states),
        }
        self.known.insert(0, refresh)
        return str(refresh["InstanceRefreshId"])

    def cancel(self) -> str:
        refresh = self.active()
        refresh["Status"] = "Cancelling"
        return str(refresh["InstanceRefreshId"])

    def back(self, why: str = "the user asked for it") -> str:
        refresh = self.active()
        if not str(self.group.launch_template_version).isdigit():
            words = "The group's launch template version is not a number"
            raise AutoscalingClientError("IrreversibleInstanceRefresh", words)
        refresh["Status"] = "RollbackInProgress"
        refresh["RollbackDetails"] = {"RollbackReason": why, "PercentageCompleteOnRollback": 0}
        return str(refresh["InstanceRefreshId"])

    def active(self) -> dict[str, Any]:
        refresh = self.running()
        if refresh is None or refresh["Status"] not in REVERSIBLE:
            raise AutoscalingClientError("ActiveInstanceRefreshNotFound", "No in progress or pending refresh found")
        return refresh

    def step(self) -> None:
        """Time passes."""
        refresh = self.running()
        if refresh is None or any(tag["Key"] == "held" and tag["Value"] == "True" for tag in self.group.tags):
            return
        status = refresh["Status"]
        if status == "Pending":
            refresh["Status"] = "InProgress"
        elif status == "Cancelling":
            refresh["Status"] = "Cancelled"
        elif status == "RollbackInProgress":
            self.step_back(refresh)
        elif status == "Baking":
            self.succeed(refresh)
        else:
            self.forward(refresh)

    def forward(self, refresh: dict[str, Any]) -> None:
        version = str(refresh["DesiredConfiguration"]["LaunchTemplate"]["Version"])
        if self.waits(refresh):
            return
        self.replace(version)
        refresh["PercentageComplete"] = self.percent(version)
        refresh["InstancesToUpdate"] = len(self.others(version))
        breaks = self.tag(version, "breaks")
        if breaks and refresh["PercentageComplete"] >= 50:
            self.fail(refresh, breaks)
        elif not self.others(version):
            refresh["Status"] = "Baking" if refresh["Preferences"].get("BakeTime") else "Successful"
            if refresh["Status"] == "Successful":
                self.succeed(refresh)

    def waits(self, refresh: dict[str, Any]) -> bool:
        points = refresh["Preferences"].get("CheckpointPercentages", [])
        return any(int(point) <= refresh["PercentageComplete"] < 100 for point in points)

    def fail(self, refresh: dict[str, Any], why: str) -> None:
        self.activities.append({"StatusCode": "Failed", "StatusMessage": why})
        refresh["StatusReason"] = f"Failed: {why}"
        if refresh["Preferences"].get("AutoRollback"):
            self.back(why)
        else:
            refresh["Status"] = "Failed"

    def step_back(self, refresh: dict[str, Any]) -> None:
        before = str(self.group.launch_template_version)
        if self.tag(str(refresh["DesiredConfiguration"]["LaunchTemplate"]["Version"]), "stuck"):
            refresh["Status"] = "RollbackFailed"
            return
        self.replace(before)
        refresh["RollbackDetails"]["PercentageCompleteOnRollback"] = self.percent(before)
        if not self.others(before):
            refresh["Status"] = "RollbackSuccessful"

    def succeed(self, refresh: dict[str, Any]) -> None:
        refresh["Status"], refresh["EndTime"] = "Successful", utcnow()
        version = refresh["DesiredConfiguration"]["LaunchTemplate"]["Version"]
        self.group.launch_template_version = self.group.provided_launch_template_version = version

    def others(self, version: str) -> list[Any]:
        return [one for one in self.group.instance_states if one.launch_template["Version"] != version]

    def percent(self, version: str) -> int:
        count = len(self.group.instance_states)
        return 100 * (count - len(self.others(version))) // count if count else 100

    def replace(self, version: str) -> None:
        """One old instance goes, a new one comes."""
        for state in self.others(version)[:1]:
            before = self.group.launch_template_version
            self.group.launch_template_version = version
            self.group.autoscaling_backend.terminate_instance(state.instance.id, False)
            self.group.launch_template_version = before

    def tag(self, version: str, name: str) -> str:
        image = self.group.ec2_launch_template.get_version(version).image_id
        tags = self.group.ec2_backend.describe_images(ami_ids=[image])[0].get_tags()
        return next((str(tag["value"]) for tag in tags if tag["key"] == name), "")


def refreshing(response: Any) -> Refreshing:
    name = response._get_param("AutoScalingGroupName")
    (group,) = response.autoscaling_backend.describe_auto_scaling_groups([name])
    return GROUPS.setdefault(f"{response.region}/{name}", Refreshing(group))


def start_instance_refresh(self: Any) -> ActionResult:
    desired, preferences = self._get_param("DesiredConfiguration", {}), self._get_param("Preferences", {})
    return ActionResult({"InstanceRefreshId": refreshing(self).start(desired, preferences)})


def describe_instance_refreshes(self: Any) -> ActionResult:
    known = refreshing(self)
    known.step()
    return ActionResult({"InstanceRefreshes": known.known})


def cancel_instance_refresh(self: Any) -> ActionResult:
    return ActionResult({"InstanceRefreshId": refreshing(self).cancel()})


def rollback_instance_refresh(self: Any) -> ActionResult:
    return ActionResult({"InstanceRefreshId": refreshing(self).back()})


def describe_scaling_activities(self: Any) -> ActionResult:
    known = refreshing(self)
    fixed = {"AutoScalingGroupName": known.group.name, "Cause": "a refresh", "StartTime": utcnow()}
    return ActionResult(
        {"Activities": [{"ActivityId": f"activity-{n}", **fixed, **one} for n, one in enumerate(known.activities)]}
    )


def create_launch_template_version(self: Any) -> ActionResult:
    """From its source, and the same again for the same token."""
    template = self.ec2_backend.get_launch_template(self._get_param("LaunchTemplateId"))
    description, source = self._get_param("VersionDescription"), self._get_param("SourceVersion")
    data = {**(template.get_version(source).data if source else {}), **self._get_param("LaunchTemplateData", {})}
    if isinstance(data.get("UserData"), str):
        data["UserData"] = parse_user_data(data["UserData"])
    version = template.create_version(data, description)
    return ActionResult(
        {
            "LaunchTemplateVersion": {
                "CreateTime": version.create_time,
                "LaunchTemplateData": version.data,
                "LaunchTemplateId": template.id,
                "LaunchTemplateName": template.name,
                "VersionDescription": version.description,
                "VersionNumber": version.number,
            }
        }
    )


def remember_versions() -> None:
    made = InstanceState.__init__

    def begin(self: Any, *arguments: Any, **words: Any) -> None:
        made(self, *arguments, **words)
        group = self.auto_scaling_group
        template = group.ec2_launch_template
        if template is not None:
            number = template.get_version(group.launch_template_version).number
            self.instance.launched_from = {
                "LaunchTemplateId": template.id,
                "LaunchTemplateName": template.name,
                "Version": str(number),
            }

    InstanceState.__init__ = begin  # type: ignore[method-assign]
    InstanceState.launch_template = property(lambda self: getattr(self.instance, "launched_from", None))  # type: ignore[assignment,method-assign]


def date_images() -> None:
    """Each image a second after the one before: two of one second have no order."""
    made, seconds = Ami.__init__, itertools.count()

    def begin(self: Any, *arguments: Any, **words: Any) -> None:
        made(self, *arguments, **words)
        self.creation_date = utcnow() + timedelta(seconds=next(seconds))

    Ami.__init__ = begin  # type: ignore[method-assign]


def mend() -> None:
    for action in (
        start_instance_refresh,
        describe_instance_refreshes,
        cancel_instance_refresh,
        rollback_instance_refresh,
        describe_scaling_activities,
    ):
        setattr(AutoScalingResponse, action.__name__, action)
    EC2Response.create_launch_template_version = create_launch_template_version  # type: ignore[method-assign]
    remember_versions()
    date_images()
    truer_stacks.mend()
    ecs.mend()


if __name__ == "__main__":
    mend()
    main()
