"""What no emulator shows of refreshes and stacks: by botocore's stub, which knows the shapes of the service model."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bot.backends.asg.refreshes import Refreshes
from bot.backends.asg.standing import standing_of, troubles
from bot.backends.asg.templates import LaunchTemplate
from bot.backends.cloudformation.change_sets import ChangeSets
from bot.backends.cloudformation.drift import drift_of
from bot.backends.cloudformation.events import release_of, run_of, token
from bot.backends.cloudformation.stack import Found, find
from bot.errors import CloudBusy, CloudDenied, CloudRefused
from bot.fleet.asg import Asg
from bot.fleet.cloudformation import Cloudformation
from bot.model import Release

GROUP = Asg.model_validate({"group": "shop"})
STACK = Cloudformation.model_validate(
    {"stack": "shop", "template": "infra/shop.yaml", "capabilities": ["CAPABILITY_IAM"]}
)
SHA = "a" * 40
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ID = "arn:aws:cloudformation:eu-west-1:1:stack/shop/1"
LAUNCH = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "shop", "Version": "6"}


class Cloud:
    """One client of a service whose answers are told beforehand, in their order."""

    def __init__(self, service: str) -> None:
        session: Any = boto3.session.Session("x", "x", region_name="eu-west-1")
        self.client = session.client(service)
        self.stub = Stubber(self.client)
        self.stub.activate()

    def says(self, method: str, answer: dict[str, Any], **asked: Any) -> None:
        self.stub.add_response(method, answer, asked or None)

    def refuses(self, method: str, code: str, message: str = "no") -> None:
        self.stub.add_client_error(method, code, message)

    def close(self) -> None:
        self.stub.assert_no_pending_responses()
        self.client.close()


@pytest.fixture
def autoscaling() -> Iterator[Cloud]:
    cloud = Cloud("autoscaling")
    yield cloud
    cloud.close()


@pytest.fixture
def ec2() -> Iterator[Cloud]:
    cloud = Cloud("ec2")
    yield cloud
    cloud.close()


@pytest.fixture
def stacks() -> Iterator[Cloud]:
    cloud = Cloud("cloudformation")
    yield cloud
    cloud.close()


def group(**words: Any) -> dict[str, Any]:
    fixed = {
        "AutoScalingGroupName": "shop",
        "MinSize": 1,
        "MaxSize": 4,
        "DesiredCapacity": 2,
        "DefaultCooldown": 300,
        "AvailabilityZones": ["eu-west-1a"],
        "HealthCheckType": "EC2",
        "CreatedTime": NOW,
    }
    return {"AutoScalingGroups": [{**fixed, **words}]}


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


def test_refreshes_are_read_page_by_page(autoscaling: Cloud) -> None:
    pages: list[dict[str, Any]] = [
        {"InstanceRefreshes": [{"InstanceRefreshId": "b", "Status": "InProgress"}], "NextToken": "more"},
        {"InstanceRefreshes": [{"InstanceRefreshId": "a", "Status": "Successful"}]},
    ]
    autoscaling.says("describe_instance_refreshes", pages[0], AutoScalingGroupName="shop")
    autoscaling.says("describe_instance_refreshes", pages[1], AutoScalingGroupName="shop", NextToken="more")
    assert [one.id for one in Refreshes(autoscaling.client, "shop").all()] == ["b", "a"]


def test_a_mixed_group_is_refreshed_with_its_own_policy(autoscaling: Cloud) -> None:
    spec = {"LaunchTemplateSpecification": LAUNCH, "Overrides": [{"InstanceType": "m7g.large"}]}
    autoscaling.says("describe_auto_scaling_groups", group(MixedInstancesPolicy={"LaunchTemplate": spec}))
    standing = standing_of(autoscaling.client, GROUP)
    assert (standing.template, standing.version) == ("lt-1", "6")
    wanted = {
        "LaunchTemplate": {
            "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "7"},
            "Overrides": [{"InstanceType": "m7g.large"}],
        }
    }
    autoscaling.says(
        "start_instance_refresh",
        {"InstanceRefreshId": "r-1"},
        AutoScalingGroupName="shop",
        Strategy="Rolling",
        DesiredConfiguration={"MixedInstancesPolicy": wanted},
        Preferences={"SkipMatching": True},
    )
    Refreshes(autoscaling.client, "shop").start(standing, "7", {"SkipMatching": True})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"LaunchConfigurationName": "old"}, "a launch configuration cannot be refreshed"),
        (
            {
                "MixedInstancesPolicy": {
                    "LaunchTemplate": {
                        "LaunchTemplateSpecification": LAUNCH,
                        "Overrides": [{"InstanceType": "m7g.large", "LaunchTemplateSpecification": LAUNCH}],
                    }
                }
            },
            "launches from several templates",
        ),
    ],
)
def test_a_group_that_has_not_one_template_is_refused(autoscaling: Cloud, words: dict[str, Any], said: str) -> None:
    autoscaling.says("describe_auto_scaling_groups", group(**words))
    with pytest.raises(CloudRefused, match=said):
        standing_of(autoscaling.client, GROUP)


@pytest.mark.parametrize("code", ["IrreversibleInstanceRefresh", "IrreversibleInstanceRefreshFault"])
def test_what_aws_cannot_roll_back_is_told_from_other_refusals(autoscaling: Cloud, code: str) -> None:
    autoscaling.refuses("rollback_instance_refresh", code)
    assert not Refreshes(autoscaling.client, "shop").back()
    autoscaling.refuses("rollback_instance_refresh", "ResourceContention")
    with pytest.raises(CloudRefused, match="ResourceContention"):
        Refreshes(autoscaling.client, "shop").back()


def test_a_call_that_is_denied_names_the_statement_to_add(autoscaling: Cloud) -> None:
    autoscaling.refuses("cancel_instance_refresh", "AccessDenied")
    with pytest.raises(CloudDenied, match='"Action": "autoscaling:CancelInstanceRefresh"'):
        Refreshes(autoscaling.client, "shop").cancel()


def test_why_instances_do_not_come_is_said_in_awss_words_and_only_since_then(autoscaling: Cloud) -> None:
    fixed = {"ActivityId": "1", "AutoScalingGroupName": "shop", "Cause": "a refresh"}
    before = datetime(2026, 11, 27, 11, tzinfo=UTC)
    full = "We currently do not have sufficient m7g.large capacity"
    activities = [
        {**fixed, "StartTime": NOW, "StatusCode": "Failed", "StatusMessage": full},
        {**fixed, "StartTime": NOW, "StatusCode": "Failed", "StatusMessage": full},
        {**fixed, "StartTime": NOW, "StatusCode": "Successful"},
        {**fixed, "StartTime": before, "StatusCode": "Failed", "StatusMessage": "long ago"},
    ]
    autoscaling.says("describe_scaling_activities", {"Activities": activities})
    assert troubles(autoscaling.client, GROUP, NOW) == (full,)


def test_a_template_version_is_made_with_the_orders_token(ec2: Cloud) -> None:
    made = {"LaunchTemplateVersion": {"VersionNumber": 7, "VersionDescription": "pointsman deploy-41 over 6 1.4.2"}}
    ec2.says(
        "create_launch_template_version",
        made,
        LaunchTemplateId="lt-1",
        SourceVersion="5",
        ClientToken="deploy-41",
        VersionDescription="pointsman deploy-41 over 6 1.4.2",
        LaunchTemplateData={"ImageId": "ami-0123456789abcdef0", "UserData": "c3RhcnQ="},
    )
    release = Release("ami-0123456789abcdef0", "1.4.2")
    found = LaunchTemplate(ec2.client, "lt-1").make("deploy-41", release, "5", "6", "start")
    assert (found.number, found.order, found.before) == ("7", "deploy-41", "6")


def test_template_versions_are_read_page_by_page_and_only_ours_have_an_order(ec2: Cloud) -> None:
    first = {"LaunchTemplateVersions": [{"VersionNumber": 9, "VersionDescription": "by hand"}], "NextToken": "more"}
    ours = {"VersionNumber": 10, "VersionDescription": "pointsman deploy-41 over 9"}
    ec2.says("describe_launch_template_versions", first)
    ec2.says("describe_launch_template_versions", {"LaunchTemplateVersions": [ours]})
    found = LaunchTemplate(ec2.client, "lt-1").versions()
    assert [(one.number, one.order) for one in found] == [("10", "deploy-41"), ("9", "")]


def test_a_change_set_is_read_with_all_of_its_pages(stacks: Cloud) -> None:
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


def test_a_set_that_another_try_made_is_taken_as_made(stacks: Cloud) -> None:
    stacks.refuses("describe_change_set", "ChangeSetNotFound", "ChangeSet [p-1] does not exist")
    stacks.refuses("create_change_set", "AlreadyExistsException", "ChangeSet already exists")
    waits = {"ChangeSetName": "p-1", "ChangeSetId": "arn:set", "Status": "CREATE_IN_PROGRESS"}
    stacks.says("describe_change_set", waits)
    stacks.says("describe_change_set", {**waits, "Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE"})
    pauses: list[float] = []
    found = ChangeSets(stacks.client, STACK, pauses.append).plan(Release(SHA, "1.4.2"), "Resources: {}", Found())
    assert found.ready
    assert pauses == [2.0]


def test_a_set_that_never_gets_ready_is_given_up(stacks: Cloud) -> None:
    waits = {"ChangeSetName": "p-1", "ChangeSetId": "arn:set", "Status": "CREATE_IN_PROGRESS"}
    for _ in range(301):
        stacks.says("describe_change_set", waits)
    with pytest.raises(CloudRefused, match="is not ready after"):
        ChangeSets(stacks.client, STACK, lambda _: None).plan(Release(SHA, "1.4.2"), "Resources: {}", Found())


def test_events_older_than_the_orders_own_are_not_asked_for(stacks: Cloud) -> None:
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


def test_an_order_whose_number_begins_another_is_not_taken_for_it(stacks: Cloud) -> None:
    page = {"StackEvents": [event("shop", "UPDATE_COMPLETE", token("deploy-411", SHA))]}
    stacks.says("describe_stack_events", page)
    assert run_of(stacks.client, STACK, "deploy-41", SHA).status == ""


def test_a_rollback_that_was_asked_for_belongs_to_its_order(stacks: Cloud) -> None:
    mine = token("deploy-41", SHA)
    page = [event("shop", "UPDATE_ROLLBACK_IN_PROGRESS", f"{mine}-back"), event("shop", "UPDATE_IN_PROGRESS", mine)]
    stacks.says("describe_stack_events", {"StackEvents": page})
    assert run_of(stacks.client, STACK, "deploy-41", SHA).status == "UPDATE_ROLLBACK_IN_PROGRESS"


@pytest.mark.parametrize(
    ("owner", "release"), [(token("deploy-41", SHA), SHA), ("Console-CreateStack-7f59c3cf", None), ("", None)]
)
def test_which_release_came_last_is_read_from_the_events(stacks: Cloud, owner: str, release: str | None) -> None:
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


def test_a_stack_that_is_not_there_is_none_and_other_refusals_are_raised(stacks: Cloud) -> None:
    stacks.refuses("describe_stacks", "ValidationError", "Stack with id shop does not exist")
    assert find(stacks.client, STACK) == Found()
    stacks.refuses("describe_stacks", "ValidationError", "1 validation error detected")
    with pytest.raises(CloudRefused, match="1 validation error"):
        find(stacks.client, STACK)
    stacks.refuses("describe_stacks", "Throttling")
    with pytest.raises(CloudBusy):
        find(stacks.client, STACK)


def test_drift_is_named_resource_by_resource_and_only_where_aws_found_some(stacks: Cloud) -> None:
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
