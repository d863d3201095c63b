"""Instances that are let in and go: against moto what it shows, by botocore's stub what it does not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.backends.ec2_capacity import Ec2Scaler
from bot.backends.ec2_instances import JOINED, LAUNCH, LEAVING, ORDER
from bot.backends.elb import TargetGroups
from bot.capacity import Ec2Pool, Fitness, Launch, ScaleOrder
from bot.cloud import Member, TargetGroup
from bot.errors import CloudAway, CloudRefused
from tests.backends.cloud_pools import Ec2Place
from tests.backends.daemons import moto, reach
from tests.backends.ec2_told import NOW, POOL, A, B, Group, instance, shows
from tests.backends.stubbed import REGION, Stubbed, stubbed


@pytest.fixture
def aws() -> Iterator[Stubbed]:
    with stubbed() as made:
        yield made


@pytest.fixture
def scaler(aws: Stubbed) -> Ec2Scaler:
    return Ec2Scaler(aws, Group(), lambda: NOW)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def place(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ec2Place]:
    reach(monkeypatch, endpoint, REGION)
    made = Ec2Place(REGION)
    yield made
    made.close()


def ends(aws: Stubbed, *names: str) -> None:
    aws.tell("ec2", "terminate_instances", {}, {"InstanceIds": list(names)})


def shield(aws: Stubbed, name: str, so: bool = False) -> None:
    asked = {"InstanceId": name, "Attribute": "disableApiTermination"}
    aws.tell("ec2", "describe_instance_attribute", {"DisableApiTermination": {"Value": so}}, asked)


def tags(aws: Stubbed, name: str, key: str, value: str) -> None:
    aws.tell("ec2", "create_tags", {}, {"Resources": [name], "Tags": [{"Key": key, "Value": value}]})


BALANCED = replace(POOL, group=TargetGroup("shop"), drain=timedelta(minutes=5))
IN = ScaleOrder("scale-2", 2, 1, ("i-a",))


def test_one_that_goes_drains_first_and_is_ended_when_nobody_is_on_the_way_there(aws: Stubbed) -> None:
    group = Group(i_a="healthy", i_b="healthy")
    scaler = Ec2Scaler(aws, group, lambda: NOW)
    going = instance("i-a", leaving=NOW.isoformat())
    shows(aws, A, B)
    shield(aws, "i-a")
    tags(aws, "i-a", LEAVING, NOW.isoformat())
    shows(aws, going, B)
    standing = scaler.advance(BALANCED, IN)
    assert (standing.desired, standing.count(Fitness.DRAINING), standing.healthy) == (1, 1, 1)
    del group.inside["i-a"]
    shows(aws, going, B)
    shield(aws, "i-a")
    ends(aws, "i-a")
    shows(aws, instance("i-a", state="shutting-down", leaving=NOW.isoformat()), B)
    assert scaler.advance(BALANCED, IN).count(Fitness.LEAVING) == 1


@pytest.mark.parametrize(("minutes", "ended"), [(4, False), (5, True)])
def test_draining_is_waited_for_only_so_long(aws: Stubbed, minutes: int, ended: bool) -> None:
    scaler = Ec2Scaler(aws, Group(i_a="draining", i_b="healthy"), lambda: NOW + timedelta(minutes=minutes))
    going = instance("i-a", leaving=NOW.isoformat())
    shows(aws, going, B)
    shield(aws, "i-a")
    if ended:
        ends(aws, "i-a")
    shows(aws, going, B)
    assert scaler.advance(BALANCED, IN).count(Fitness.DRAINING) == 1


def test_what_a_given_up_order_told_to_go_is_ended_by_the_next_one(aws: Stubbed, scaler: Ec2Scaler) -> None:
    going = instance("i-c", leaving=NOW.isoformat())
    shows(aws, A, B, going)
    shield(aws, "i-c")
    ends(aws, "i-c")
    shows(aws, A, B)
    assert scaler.advance(POOL, ScaleOrder("scale-3", 2, 2)).desired == 2


STATES = [
    ("pending", None, Fitness.PENDING, "pending"),
    ("running", None, Fitness.STANDBY, "not in the load balancer"),
    ("running", Member("healthy"), Fitness.HEALTHY, ""),
    ("running", Member("initial", "Elb.Registration"), Fitness.PENDING, "initial (Elb.Registration)"),
    ("running", Member("unhealthy", "Target.Timeout"), Fitness.UNHEALTHY, "unhealthy (Target.Timeout)"),
    ("running", Member("draining"), Fitness.STANDBY, "draining"),
    ("stopped", None, Fitness.UNHEALTHY, "stopped"),
    ("shutting-down", None, Fitness.LEAVING, "shutting-down"),
]


@pytest.mark.parametrize(("state", "member", "fitness", "reason"), STATES)
def test_an_instance_is_told_with_awss_own_reason(
    aws: Stubbed, state: str, member: Member | None, fitness: Fitness, reason: str
) -> None:
    group = Group()
    group.inside = {"i-a": member} if member else {}
    shows(aws, instance("i-a", state=state))
    (machine,) = Ec2Scaler(aws, group).read(BALANCED).machines
    assert (machine.fitness, machine.reason, machine.zone) == (fitness, reason, "eu-west-1a")


def test_a_terminated_one_is_no_machine_any_more(aws: Stubbed, scaler: Ec2Scaler) -> None:
    shows(aws, instance("i-a", state="terminated"), B)
    assert [one.name for one in scaler.read(POOL).machines] == ["i-b"]


def test_a_bot_that_dies_between_launch_and_registration_finds_its_instances_again(place: Ec2Place) -> None:
    assert isinstance(place.pool, Ec2Pool)
    order = ScaleOrder(f"{place.name}-1", 3, 5)
    sessions = place.scaler()._ec2._sessions
    group = Group()
    group.inside = TargetGroups(sessions).members(TargetGroup(place.arn))
    scaler = Ec2Scaler(sessions, group)
    scaler.advance(place.pool, order)
    made = {one.name for one in scaler.read(place.pool).machines if one.order == order.id}
    group.dies = True
    with pytest.raises(CloudAway):
        scaler.advance(place.pool, order)
    assert len(made) == 2
    assert not made & set(group.inside)
    Ec2Scaler(sessions, group).advance(place.pool, order)
    assert made <= set(group.inside)
    assert len(place.names()) == 5


def test_the_new_ones_are_sent_nobody_until_they_are_ready_and_then_once(place: Ec2Place) -> None:
    order = ScaleOrder(f"{place.name}-1", 3, 5, ready=frozenset())
    for _ in range(2):
        standing = place.scaler().advance(place.pool, order)
    assert (standing.healthy, standing.count(Fitness.PENDING)) == (3, 2)
    made = [one.name for one in standing.machines if one.order]
    given = replace(order, ready=frozenset(made[:1]))
    assert place.scaler().advance(place.pool, given).healthy == 4
    assert place.scaler().advance(place.pool, given).count(Fitness.PENDING) == 1
    place.client("elbv2").deregister_targets(TargetGroupArn=place.arn, Targets=[{"Id": made[0]}])
    assert place.scaler().advance(place.pool, given).count(Fitness.STANDBY) == 1  # who took it out meant it


def test_tags_say_who_made_an_instance_and_that_it_was_let_in(place: Ec2Place) -> None:
    order = ScaleOrder(f"{place.name}-1", 3, 4)
    place.through(order)
    (new,) = [one.name for one in place.read().machines if one.order]
    (told,) = place.client("ec2").describe_instances(InstanceIds=[new])["Reservations"][0]["Instances"]
    kept = {tag["Key"]: tag["Value"] for tag in told["Tags"]}
    assert kept.items() >= {"service": place.name, ORDER: order.id, LAUNCH: "0", JOINED: "yes"}.items()
    assert {one.release for one in place.read().machines} == {"1"}


def test_a_launch_template_that_does_not_exist_is_named(place: Ec2Place) -> None:
    assert isinstance(place.pool, Ec2Pool)
    pool = replace(place.pool, launch=Launch("nothing"))
    with pytest.raises(CloudRefused, match=r"ec2:RunInstances: nothing .*launch template"):
        place.scaler().advance(pool, ScaleOrder(f"{place.name}-1", 3, 4))
