"""An Auto Scaling group in moto's stead for AWS, as a place of the contract suite."""

import base64
import itertools
from typing import Any

import boto3

from bot.backends.asg.backend import AutoScalingGroups
from bot.backends.aws_sessions import Sessions
from bot.backends.managed import ManagedSite
from bot.fleet.asg import Asg
from tests.backends.managed_places import ManagedPlace

REGION = "eu-west-1"
NUMBERS = itertools.count(1)


class GroupPlace(ManagedPlace):
    """Four instances. A hand that tampers lets one of them be launched from an older template version."""

    pause_at = 25

    def __init__(self, version: str = "1", **config: Any) -> None:
        number = next(NUMBERS)
        self.name, self.prefix = f"shop-{number}", f"shop{number}"
        self._sessions = Sessions()
        self.ec2: Any = boto3.client("ec2", REGION)
        self.autoscaling: Any = boto3.client("autoscaling", REGION)
        self.config = Asg.model_validate({"group": self.name, "image": f"{self.prefix}-{{ref}}", **config})
        self.site = ManagedSite("shop", "production", "", self.config)
        self.release("first")
        made = self.ec2.create_launch_template(
            LaunchTemplateName=self.name,
            LaunchTemplateData={"ImageId": self.image("first"), "InstanceType": "t3.micro"},
        )
        self.template = made["LaunchTemplate"]["LaunchTemplateId"]
        self.autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=self.name,
            LaunchTemplate={"LaunchTemplateId": self.template, "Version": version},
            MinSize=1,
            MaxSize=8,
            DesiredCapacity=4,
            AvailabilityZones=["eu-west-1a"],
        )

    def close(self) -> None:
        self._sessions.close()
        self.ec2.close()
        self.autoscaling.close()

    def backend(self) -> AutoScalingGroups:
        return AutoScalingGroups(self._sessions, lambda _: None)

    def release(self, name: str, broken: str = "", **tags: str) -> None:
        made = self.ec2.register_image(Name=f"{self.prefix}-{name}", RootDeviceName="/dev/sda1")
        words = {"breaks": broken, **tags} if broken else tags
        if words:
            pairs = [{"Key": key, "Value": value} for key, value in words.items()]
            self.ec2.create_tags(Resources=[made["ImageId"]], Tags=pairs)

    def image(self, name: str) -> str:
        found = self.ec2.describe_images(Filters=[{"Name": "name", "Values": [f"{self.prefix}-{name}"]}])
        return str(found["Images"][0]["ImageId"])

    def group(self) -> Any:
        return self.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[self.name])["AutoScalingGroups"][0]

    def versions(self) -> list[str]:
        return sorted(one["LaunchTemplate"]["Version"] for one in self.group()["Instances"])

    def refreshes(self) -> list[Any]:
        answer = self.autoscaling.describe_instance_refreshes(AutoScalingGroupName=self.name)
        return list(answer["InstanceRefreshes"])

    def at(self, version: str) -> set[str]:
        instances = self.group()["Instances"]
        return {one["InstanceId"] for one in instances if one["LaunchTemplate"]["Version"] == version}

    def template_versions(self) -> list[Any]:
        return list(
            self.ec2.describe_launch_template_versions(LaunchTemplateId=self.template)["LaunchTemplateVersions"]
        )

    def template_version(self, number: str) -> Any:
        return next(one for one in self.template_versions() if str(one["VersionNumber"]) == number)

    def user_data(self, number: str) -> str:
        return base64.b64decode(self.template_version(number)["LaunchTemplateData"]["UserData"]).decode()

    def hold(self, held: bool = True) -> None:
        """Nothing moves any more: AWS takes its time."""
        tags = [
            {
                "ResourceId": self.name,
                "ResourceType": "auto-scaling-group",
                "Key": "held",
                "Value": str(held),
                "PropagateAtLaunch": False,
            }
        ]
        self.autoscaling.create_or_update_tags(Tags=tags)

    def larger(self, number: str, image: str) -> None:
        """A hand makes this version, with larger instances, and the group launches from it."""
        data = {"ImageId": image, "InstanceType": "t3.large"}
        made = self.ec2.create_launch_template_version(LaunchTemplateId=self.template, LaunchTemplateData=data)
        assert str(made["LaunchTemplateVersion"]["VersionNumber"]) == number
        template = {"LaunchTemplateId": self.template, "Version": number}
        self.autoscaling.update_auto_scaling_group(AutoScalingGroupName=self.name, LaunchTemplate=template)

    def move(self) -> None:
        """A look moves it."""

    def begun(self) -> int:
        return len(self.refreshes())

    def tamper(self) -> None:
        self.larger(str(len(self.template_versions()) + 1), self.image("first"))
