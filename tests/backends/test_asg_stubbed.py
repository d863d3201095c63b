"""What no emulator shows of refreshes: by botocore's stub, which knows the shapes of the service model."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.backends.asg.refreshes import Refreshes
from bot.backends.asg.standing import standing_of, troubles
from bot.backends.asg.templates import LaunchTemplate
from bot.errors import CloudBusy, CloudDenied, CloudRefused
from bot.fleet.asg import Asg
from bot.model import Release
from tests.backends.told import Told, told

GROUP = Asg.model_validate({"group": "shop"})
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LAUNCH = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "shop", "Version": "6"}


@pytest.fixture
def autoscaling() -> Iterator[Told]:
    with told("autoscaling") as cloud:
        yield cloud


@pytest.fixture
def ec2() -> Iterator[Told]:
    with told("ec2") as cloud:
        yield cloud


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


def test_refreshes_are_read_page_by_page(autoscaling: Told) -> None:
    pages: list[dict[str, Any]] = [
        {"InstanceRefreshes": [{"InstanceRefreshId": "b", "Status": "InProgress"}], "NextToken": "more"},
        {"InstanceRefreshes": [{"InstanceRefreshId": "a", "Status": "Successful"}]},
    ]
    autoscaling.says("describe_instance_refreshes", pages[0], AutoScalingGroupName="shop")
    autoscaling.says("describe_instance_refreshes", pages[1], AutoScalingGroupName="shop", NextToken="more")
    assert [one.id for one in Refreshes(autoscaling.client, "shop").all()] == ["b", "a"]


def test_a_mixed_group_is_refreshed_with_its_own_policy(autoscaling: Told) -> None:
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
def test_a_group_that_has_not_one_template_is_refused(autoscaling: Told, words: dict[str, Any], said: str) -> None:
    autoscaling.says("describe_auto_scaling_groups", group(**words))
    with pytest.raises(CloudRefused, match=said):
        standing_of(autoscaling.client, GROUP)


@pytest.mark.parametrize("code", ["IrreversibleInstanceRefresh", "IrreversibleInstanceRefreshFault"])
def test_what_aws_cannot_roll_back_is_told_from_other_refusals(autoscaling: Told, code: str) -> None:
    autoscaling.refuses("rollback_instance_refresh", code)
    assert not Refreshes(autoscaling.client, "shop").back()
    for other, error in (("ValidationError", CloudRefused), ("ResourceContention", CloudBusy)):
        autoscaling.refuses("rollback_instance_refresh", other)
        with pytest.raises(error, match=other):
            Refreshes(autoscaling.client, "shop").back()


def test_a_call_that_is_denied_names_the_statement_to_add(autoscaling: Told) -> None:
    autoscaling.refuses("cancel_instance_refresh", "AccessDenied")
    with pytest.raises(CloudDenied, match='"Action": "autoscaling:CancelInstanceRefresh"'):
        Refreshes(autoscaling.client, "shop").cancel()


def test_why_instances_do_not_come_is_said_in_awss_words_and_only_since_then(autoscaling: Told) -> None:
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


def test_a_template_version_is_made_with_the_orders_token(ec2: Told) -> None:
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


def test_template_versions_are_read_page_by_page_and_only_ours_have_an_order(ec2: Told) -> None:
    first = {"LaunchTemplateVersions": [{"VersionNumber": 9, "VersionDescription": "by hand"}], "NextToken": "more"}
    ours = {"VersionNumber": 10, "VersionDescription": "pointsman deploy-41 over 9"}
    ec2.says("describe_launch_template_versions", first)
    ec2.says("describe_launch_template_versions", {"LaunchTemplateVersions": [ours]})
    found = LaunchTemplate(ec2.client, "lt-1").versions()
    assert [(one.number, one.order) for one in found] == [("10", "deploy-41"), ("9", "")]
