"""What no emulator shows of stacks: by botocore's stub, which knows the shapes of the service model."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.backends.cloudformation.change_sets import ChangeSets
from bot.backends.cloudformation.drift import drift_of
from bot.backends.cloudformation.events import release_of, run_of, token
from bot.backends.cloudformation.stack import Found, find
from bot.errors import CloudBusy, CloudRefused
from bot.fleet.cloudformation import Cloudformation
from bot.model import Release
from tests.backends.told import Told, told

STACK = Cloudformation.model_validate(
    {"stack": "shop", "template": "infra/shop.yaml", "capabilities": ["CAPABILITY_IAM"]}
)
SHA = "a" * 40
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ID = "arn:aws:cloudformation:eu-west-1:1:stack/shop/1"


@pytest.fixture
def stacks() -> Iterator[Told]:
    with told("cloudformation") as cloud:
        yield cloud


def event(name: str, status: str, owner: str, kind: str = "AWS::SQS::Queue", reason: str = "") -> dict[str, Any]:
    found = {
        "StackId": ID,
        "EventId": f"{name}-{status}",
        "StackName": "shop",
        "LogicalResourceId": name,
        "PhysicalResourceId": ID if name == "shop" else name,
        "ResourceType": "AWS::CloudFormation::Stack" if name == "shop" else kind,
        "Timestamp": NOW,
        "ResourceStatus": status,
        "ClientRequestToken": owner,
    }
    return {**found, "ResourceStatusReason": reason} if reason else found


def test_a_change_set_is_read_with_all_of_its_pages(stacks: Told) -> None:
    fixed = {
        "ChangeSetName": "p-1",
        "ChangeSetId": "arn:set",
        "Status": "CREATE_COMPLETE",
        "ExecutionStatus": "AVAILABLE",
    }
    changes = [
        {"Type": "Resource", "ResourceChange": {"Action": "Add", "LogicalResourceId": name, "ResourceType": "X"}}
        for name in ("A", "B")
    ]
    stacks.says("describe_change_set", {**fixed, "Changes": changes[:1], "NextToken": "more"})
    stacks.says("describe_change_set", {**fixed, "Changes": changes[1:]})
    found = ChangeSets(stacks.client, STACK).read("p-1")
    assert found is not None
    assert [one.resource for one in found.changes] == ["A", "B"]


def test_a_set_that_another_try_made_is_taken_as_made(stacks: Told) -> None:
    stacks.refuses("describe_change_set", "ChangeSetNotFound", "ChangeSet [p-1] does not exist")
    stacks.refuses("create_change_set", "AlreadyExistsException", "ChangeSet already exists")
    waits = {"ChangeSetName": "p-1", "ChangeSetId": "arn:set", "Status": "CREATE_IN_PROGRESS"}
    stacks.says("describe_change_set", waits)
    stacks.says("describe_change_set", {**waits, "Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE"})
    pauses: list[float] = []
    found = ChangeSets(stacks.client, STACK, pauses.append).plan(Release(SHA, "1.4.2"), "Resources: {}", Found())
    assert found.ready
    assert pauses == [2.0]


def test_a_set_that_never_gets_ready_is_given_up(stacks: Told) -> None:
    waits = {"ChangeSetName": "p-1", "ChangeSetId": "arn:set", "Status": "CREATE_IN_PROGRESS"}
    for _ in range(301):
        stacks.says("describe_change_set", waits)
    with pytest.raises(CloudRefused, match="is not ready after"):
        ChangeSets(stacks.client, STACK, lambda _: None).plan(Release(SHA, "1.4.2"), "Resources: {}", Found())


def test_events_older_than_the_orders_own_are_not_asked_for(stacks: Told) -> None:
    mine, other = token("deploy-41", SHA), token("deploy-40", SHA)
    page = [
        event("shop", "UPDATE_ROLLBACK_COMPLETE", mine),
        event("Queue", "UPDATE_COMPLETE", mine),
        event("Queue", "UPDATE_FAILED", mine, reason="Queue name too long"),
        event("Topic", "UPDATE_FAILED", mine, reason="Resource update cancelled"),
        event("shop", "UPDATE_IN_PROGRESS", mine),
        event("shop", "UPDATE_COMPLETE", other),
    ]
    stacks.says("describe_stack_events", {"StackEvents": page, "NextToken": "more"}, StackName="shop")
    run = run_of(stacks.client, STACK, "deploy-41", SHA)
    assert run.status == "UPDATE_ROLLBACK_COMPLETE"
    assert run.failures == ("Queue (AWS::SQS::Queue) UPDATE_FAILED: Queue name too long",)


def test_an_order_whose_number_begins_another_is_not_taken_for_it(stacks: Told) -> None:
    page = {"StackEvents": [event("shop", "UPDATE_COMPLETE", token("deploy-411", SHA))]}
    stacks.says("describe_stack_events", page)
    assert run_of(stacks.client, STACK, "deploy-41", SHA).status == ""


def test_a_rollback_that_was_asked_for_belongs_to_its_order(stacks: Told) -> None:
    mine = token("deploy-41", SHA)
    page = [event("shop", "UPDATE_ROLLBACK_IN_PROGRESS", f"{mine}-back"), event("shop", "UPDATE_IN_PROGRESS", mine)]
    stacks.says("describe_stack_events", {"StackEvents": page})
    assert run_of(stacks.client, STACK, "deploy-41", SHA).status == "UPDATE_ROLLBACK_IN_PROGRESS"


@pytest.mark.parametrize(
    ("owner", "release"), [(token("deploy-41", SHA), SHA), ("Console-CreateStack-7f59c3cf", None), ("", None)]
)
def test_which_release_came_last_is_read_from_the_events(stacks: Told, owner: str, release: str | None) -> None:
    page = [
        event("shop", "UPDATE_ROLLBACK_COMPLETE", token("deploy-42", "b" * 40)),
        event("shop", "UPDATE_IN_PROGRESS", token("deploy-42", "b" * 40)),
    ]
    last = event("shop", "UPDATE_COMPLETE", owner or "x")
    if not owner:
        del last["ClientRequestToken"]
    stacks.says("describe_stack_events", {"StackEvents": page, "NextToken": "more"})
    stacks.says("describe_stack_events", {"StackEvents": [last]}, StackName="shop", NextToken="more")
    assert release_of(stacks.client, STACK) == release


def test_a_stack_that_is_not_there_is_none_and_other_refusals_are_raised(stacks: Told) -> None:
    stacks.refuses("describe_stacks", "ValidationError", "Stack with id shop does not exist")
    assert find(stacks.client, STACK) == Found()
    stacks.refuses("describe_stacks", "ValidationError", "1 validation error detected")
    with pytest.raises(CloudRefused, match="1 validation error"):
        find(stacks.client, STACK)
    stacks.refuses("describe_stacks", "Throttling")
    with pytest.raises(CloudBusy):
        find(stacks.client, STACK)


def test_drift_is_named_resource_by_resource_and_only_where_aws_found_some(stacks: Told) -> None:
    drift = {
        "StackId": ID,
        "LogicalResourceId": "Queue",
        "ResourceType": "AWS::SQS::Queue",
        "StackResourceDriftStatus": "DELETED",
        "Timestamp": NOW,
    }
    stacks.says("describe_stack_resource_drifts", {"StackResourceDrifts": [drift]})
    drifted = Found("UPDATE_COMPLETE", drift="DRIFTED")
    assert drift_of(stacks.client, STACK, drifted) == ("Queue (AWS::SQS::Queue) was deleted by hand",)
    assert drift_of(stacks.client, STACK, Found("UPDATE_COMPLETE", drift="NOT_CHECKED")) == ()
