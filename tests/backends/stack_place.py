"""A CloudFormation stack in moto's stead for AWS, its templates in a real git repository, as a place of the suite."""

import itertools
from pathlib import Path
from typing import Any

import boto3
import yaml

from bot.backends.aws_sessions import Sessions
from bot.backends.cloudformation.backend import Stacks
from bot.backends.git import GitSource
from bot.backends.managed import ManagedSite
from bot.fleet.cloudformation import Cloudformation
from bot.managed import ManagedOrder
from bot.model import Release
from tests.backends.managed_places import ManagedPlace
from tests.backends.project import Project

REGION = "eu-west-1"
NUMBERS = itertools.count(1)
TEMPLATE = "infra/shop.yaml"
QUEUE = "AWS::SQS::Queue"


def template(name: str, resources: dict[str, str], **metadata: Any) -> str:
    """`resources` are of these kinds, by name; all that differs from release to release is a description."""
    found = {key: {"Type": kind} for key, kind in resources.items()}
    return yaml.safe_dump({"Description": name, "Metadata": metadata, "Resources": found})


class StackPlace(ManagedPlace):
    """The stack stands at its first release; none does where `made` is False."""

    def __init__(self, directory: Path, made: bool = True, **config: Any) -> None:
        self.project = Project.create(directory / "repo")
        self.files = GitSource(directory / "mirrors")
        self.stack = f"shop-{next(NUMBERS)}"
        self._sessions = Sessions()
        self.client: Any = boto3.client("cloudformation", REGION)
        values = {"stack": self.stack, "template": TEMPLATE, "revert_drift": True, **config}
        self.site = ManagedSite("shop", "production", str(self.project.repo), Cloudformation.model_validate(values))
        self._before = 0
        self.release("first")
        if made:
            self.bring("first")
            self._before = self.begun()

    def close(self) -> None:
        self._sessions.close()
        self.client.close()

    def backend(self) -> Stacks:
        return Stacks(self._sessions, self.files, lambda _: None)

    def bring(self, name: str, number: int = 1) -> None:
        wanted = ManagedOrder(f"deploy-{number}", self.backend().resolve(self.site, name))
        self.backend().begin(self.site, wanted)
        assert self.follow(wanted).over

    def release(self, name: str, broken: str = "", stuck: bool = False, **resources: str) -> None:
        words = {"Breaks": broken, "Stuck": stuck} if broken else {}
        kinds = {"Queue": QUEUE, **resources} if resources else {"Queue": QUEUE, name.capitalize(): QUEUE}
        self.project.commit(files={TEMPLATE: template(name, kinds, **words)})
        self.project.git("tag", name)

    def commit_without_change(self, name: str) -> Release:
        self.project.commit(files={"README.md": name})
        self.project.git("tag", name)
        return self.backend().resolve(self.site, name)

    def somebody_changes_it(self) -> None:
        self.client.update_stack(
            StackName=self.stack, TemplateBody=template("by hand", {"Queue": QUEUE, "Hand": QUEUE})
        )

    def status(self) -> str:
        return str(self.client.describe_stacks(StackName=self.stack)["Stacks"][0]["StackStatus"])

    def change_sets(self) -> list[Any]:
        found = self.client.list_change_sets(StackName=self.stack)["Summaries"]
        return [one for one in found if one["StackName"] == self.stack]

    def move(self) -> None:
        """A look moves it."""

    def begun(self) -> int:
        events = self.client.describe_stack_events(StackName=self.stack)["StackEvents"]
        started = [one for one in events if one["ResourceType"] == "AWS::CloudFormation::Stack"]
        states = [one["ResourceStatus"] for one in started if one.get("ClientRequestToken")]
        return sum(one in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS") for one in states) - self._before

    def tamper(self) -> None:
        self.client.detect_stack_drift(StackName=self.stack)
