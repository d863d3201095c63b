"""Auto Scaling groups: what moto does not show, by botocore's stub against the model of each call."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.backends.asg_capacity import AsgScaler
from bot.capacity import AsgPool, Fitness, ScaleOrder, reached
from bot.cloud import HERE, Member, ScalingGroup, TargetGroup
from bot.errors import CloudBusy, CloudFull, CloudRefused
from tests.backends.stubbed import Stubbed, stubbed

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
POOL = AsgPool("shop", HERE)
BALANCED = AsgPool("shop", HERE, TargetGroup("shop"))


class Group:
    """Fills Balancer."""

    def __init__(self, **members: str) -> None:
        self.inside = {name.replace("_", "-"): Member(state) for name, state in members.items()}

    def members(self, group: TargetGroup) -> dict[str, Member]:
        return self.inside

    def leave(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        raise AssertionError("the group does it by itself")

    join = leave


def instance(name: str, state: str = "InService", health: str = "Healthy", protected: bool = False) -> dict[str, Any]:
    return {
        "InstanceId": name,
        "AvailabilityZone": "eu-west-1a",
        "LifecycleState": state,
        "HealthStatus": health,
        "ProtectedFromScaleIn": protected,
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "7"},
    }


def shows(aws: Stubbed, desired: int, *instances: dict[str, Any], name: str = "shop") -> None:
    """The next look finds the group so; of its instances the last one is the oldest."""
    group = {
        "AutoScalingGroupName": name,
        "MinSize": 1,
        "MaxSize": 5,
        "DesiredCapacity": desired,
        "DefaultCooldown": 300,
        "AvailabilityZones": ["eu-west-1a"],
        "HealthCheckType": "ELB",
        "CreatedTime": NOW,
        "Instances": list(instances),
    }
    asked = {"AutoScalingGroupNames": ["shop"]}
    aws.tell("autoscaling", "describe_auto_scaling_groups", {"AutoScalingGroups": [group]}, asked)
    told = [
        {"InstanceId": one["InstanceId"], "LaunchTime": NOW - timedelta(minutes=minute)}
        for minute, one in enumerate(instances)
    ]
    aws.tell("ec2", "describe_instances", {"Reservations": [{"Instances": told}]})


def activity(code: str, message: str) -> dict[str, Any]:
    told = {
        "ActivityId": message or code,
        "AutoScalingGroupName": "shop",
        "Cause": "an order",
        "StartTime": NOW,
        "StatusCode": code,
    }
    return {**told, "StatusMessage": message} if message else told


def activities(aws: Stubbed, *told: dict[str, Any]) -> None:
    asked = {"AutoScalingGroupName": "shop", "MaxRecords": 5}
    aws.tell("autoscaling", "describe_scaling_activities", {"Activities": list(told)}, asked)


@pytest.fixture
def aws() -> Iterator[Stubbed]:
    with stubbed() as made:
        yield made


@pytest.fixture
def scaler(aws: Stubbed) -> AsgScaler:
    return AsgScaler(aws, Group(i_1="healthy", i_2="initial"))


def test_its_instances_are_told_oldest_first_with_template_and_zone(aws: Stubbed, scaler: AsgScaler) -> None:
    shows(aws, 2, instance("i-1"), instance("i-2", protected=True))
    old, new = scaler.read(POOL).machines
    assert (old.name, old.protected, new.name, new.protected) == ("i-2", True, "i-1", False)
    assert (new.release, new.zone, new.launched_at) == ("7", "eu-west-1a", NOW)


@pytest.mark.parametrize(
    ("state", "health", "fitness", "reason"),
    [
        ("Pending:Wait", "Healthy", Fitness.PENDING, "Pending:Wait"),
        ("InService", "Healthy", Fitness.HEALTHY, ""),
        ("InService", "Unhealthy", Fitness.UNHEALTHY, "Unhealthy in its group"),
        ("Standby", "Healthy", Fitness.STANDBY, "Standby"),
        ("Terminating:Wait", "Healthy", Fitness.LEAVING, "Terminating:Wait"),
        ("Detaching", "Healthy", Fitness.LEAVING, "Detaching"),
    ],
)
def test_a_lifecycle_state_is_told_in_our_words_and_in_awss(
    aws: Stubbed, scaler: AsgScaler, state: str, health: str, fitness: Fitness, reason: str
) -> None:
    shows(aws, 0, instance("i-1", state, health))
    (machine,) = scaler.read(POOL).machines
    assert (machine.fitness, machine.reason) == (fitness, reason)


@pytest.mark.parametrize(
    ("state", "fitness"),
    [
        ("healthy", Fitness.HEALTHY),
        ("initial", Fitness.PENDING),
        ("unhealthy", Fitness.UNHEALTHY),
        ("draining", Fitness.STANDBY),
        (None, Fitness.PENDING),
    ],
)
def test_behind_a_load_balancer_that_one_has_the_last_word(aws: Stubbed, state: str | None, fitness: Fitness) -> None:
    group = Group(**({"i_1": state} if state else {}))
    shows(aws, 0, instance("i-1"))
    (machine,) = AsgScaler(aws, group).read(BALANCED).machines
    assert machine.fitness is fitness


def test_the_groups_own_limits_are_said_before_aws_does(aws: Stubbed, scaler: AsgScaler) -> None:
    shows(aws, 1, instance("i-1"))
    with pytest.raises(CloudFull, match="shop may have 5 instances at most: raise its MaxSize, or lower `max`"):
        scaler.advance(POOL, ScaleOrder("scale-1", 1, 6))
    shows(aws, 1, instance("i-1"))
    with pytest.raises(CloudFull, match="shop must have 1 instance at least: lower its MinSize, or raise `min`"):
        scaler.advance(POOL, ScaleOrder("scale-1", 1, 0))


def test_a_number_that_somebody_else_has_set_meanwhile_stays(aws: Stubbed, scaler: AsgScaler) -> None:
    shows(aws, 4, instance("i-1"))
    with pytest.raises(CloudRefused, match="shop shall have 4 by now, neither 1 nor 2: somebody else has set it"):
        scaler.advance(POOL, ScaleOrder("scale-1", 1, 2))


def test_whom_a_deploy_holds_in_standby_is_counted_and_nobody_else_there(aws: Stubbed) -> None:
    asked: list[ScalingGroup] = []

    def resting(group: ScalingGroup) -> frozenset[str]:
        asked.append(group)
        return frozenset({"i-1", "i-2", "i-9"})

    scaler = AsgScaler(aws, Group(), resting)
    there = instance("i-1"), instance("i-2", "EnteringStandby"), instance("i-3", "Standby")
    for _ in range(2):
        shows(aws, 1, *there)
    wanted = {"AutoScalingGroupName": "shop", "DesiredCapacity": 2, "HonorCooldown": False}
    aws.tell("autoscaling", "set_desired_capacity", {}, wanted)
    shows(aws, 2, *there)
    activities(aws)
    standing = scaler.advance(POOL, ScaleOrder("scale-1", 2, 3))
    assert (standing.desired, standing.healthy, standing.count(Fitness.STANDBY)) == (3, 1, 2)
    assert set(asked) == {ScalingGroup("shop", HERE)}


def test_the_number_is_set_whatever_the_cooldown_says(aws: Stubbed, scaler: AsgScaler) -> None:
    for _ in range(2):
        shows(aws, 1, instance("i-1"))
    asked = {"AutoScalingGroupName": "shop", "DesiredCapacity": 3, "HonorCooldown": False}
    aws.tell("autoscaling", "set_desired_capacity", {}, asked)
    shows(aws, 3, instance("i-1"))
    activities(aws)
    assert scaler.advance(POOL, ScaleOrder("scale-1", 1, 3)).desired == 3


def test_a_group_that_is_busy_is_asked_again_later(aws: Stubbed, scaler: AsgScaler) -> None:
    for _ in range(2):
        shows(aws, 1, instance("i-1"))
    aws.refuse("autoscaling", "set_desired_capacity", "ScalingActivityInProgress", "Scaling activity is in progress")
    with pytest.raises(CloudBusy, match="AWS is at something else there; trying again later"):
        scaler.advance(POOL, ScaleOrder("scale-1", 1, 3))


def test_what_aws_could_not_do_is_said_until_it_could(aws: Stubbed, scaler: AsgScaler) -> None:
    full = "We currently do not have sufficient t3.micro capacity in eu-west-1a. Launching EC2 instance failed."
    shows(aws, 2, instance("i-1"))
    activities(
        aws,
        activity("Failed", full),
        activity("InProgress", ""),
        activity("Failed", full),
        activity("Successful", ""),
        activity("Failed", "long ago"),
    )
    assert scaler.read(POOL).notes == (full,)


def test_who_goes_is_ended_in_one_call_with_the_number(aws: Stubbed, scaler: AsgScaler) -> None:
    shows(aws, 2, instance("i-1"), instance("i-2"))
    asked = {"InstanceId": "i-2", "ShouldDecrementDesiredCapacity": True}
    aws.tell("autoscaling", "terminate_instance_in_auto_scaling_group", {}, asked)
    for _ in range(2):
        shows(aws, 1, instance("i-1"), instance("i-2", "Terminating"))
    standing = scaler.advance(POOL, ScaleOrder("scale-1", 2, 1, ("i-2",)))
    assert (standing.desired, standing.count(Fitness.LEAVING)) == (1, 1)


def test_one_that_is_replaced_is_ended_without_lessening_the_number(aws: Stubbed, scaler: AsgScaler) -> None:
    shows(aws, 2, instance("i-1"), instance("i-2"))
    asked = {"InstanceId": "i-2", "ShouldDecrementDesiredCapacity": False}
    aws.tell("autoscaling", "terminate_instance_in_auto_scaling_group", {}, asked)
    for _ in range(2):
        shows(aws, 2, instance("i-1"), instance("i-2", "Terminating"))
    activities(aws, activity("InProgress", ""))
    order = ScaleOrder("scale-1", 2, 2, ("i-2",))
    standing = scaler.advance(POOL, order)
    assert (standing.desired, standing.healthy) == (2, 1)
    assert not reached(order, standing)


def test_where_who_goes_is_protected_nobody_else_goes_instead(aws: Stubbed, scaler: AsgScaler) -> None:
    for _ in range(2):
        shows(aws, 2, instance("i-1"), instance("i-2", protected=True))
    standing = scaler.advance(POOL, ScaleOrder("scale-1", 2, 1, ("i-2",)))
    assert standing.notes == ("i-2 is protected from scale-in in shop and stays",)
    assert standing.desired == 2


def test_a_group_that_is_not_there_is_named(aws: Stubbed, scaler: AsgScaler) -> None:
    aws.tell("autoscaling", "describe_auto_scaling_groups", {"AutoScalingGroups": []})
    with pytest.raises(CloudRefused, match="there is no Auto Scaling group shop here: compare name and region"):
        scaler.read(POOL)
