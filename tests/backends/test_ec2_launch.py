"""Instances that an order makes: none twice, level over subnets, and what AWS says when it cannot."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.backends.ec2_capacity import Ec2Scaler
from bot.capacity import ScaleOrder
from bot.errors import CloudFull, CloudRefused
from tests.backends.ec2_told import NOW, ORDER_1, POOL, A, B, Group, instance, launches, mine, shows
from tests.backends.stubbed import Stubbed, stubbed


@pytest.fixture
def aws() -> Iterator[Stubbed]:
    with stubbed() as made:
        yield made


@pytest.fixture
def scaler(aws: Stubbed) -> Ec2Scaler:
    return Ec2Scaler(aws, Group(), lambda: NOW)


def test_what_is_made_is_spread_over_the_subnets_and_carries_its_order(aws: Stubbed, scaler: Ec2Scaler) -> None:
    shows(aws, A, instance("i-c"))
    launches(aws, 2, mine("i-1", 0, "subnet-b"), mine("i-2", 0, "subnet-b"), subnet="subnet-b")
    shows(aws, A, instance("i-c"), mine("i-1"), mine("i-2"))
    standing = scaler.advance(POOL, ORDER_1)
    assert [(one.name, one.order) for one in standing.machines if one.order] == [("i-1", "scale-1"), ("i-2", "scale-1")]
    assert standing.desired == 4


def test_level_subnets_get_the_same_each_by_a_launch_of_its_own(aws: Stubbed, scaler: Ec2Scaler) -> None:
    shows(aws, A, B)
    launches(aws, 1, mine("i-1"))
    launches(aws, 1, mine("i-2", 1, "subnet-b"), subnet="subnet-b", number=1)
    shows(aws, A, B, mine("i-1"), mine("i-2", 1, "subnet-b"))
    assert scaler.advance(POOL, ORDER_1).healthy == 4


def token_of(aws: Stubbed, order: ScaleOrder = ORDER_1) -> str:
    """What a new bot that sees only the old ones sends."""
    tokens: list[str] = []
    aws.client("ec2").meta.events.register_first(
        "provide-client-params.ec2.RunInstances", lambda params, **_: tokens.append(params["ClientToken"])
    )
    shows(aws, A, B)
    aws.refuse("ec2", "run_instances", "InstanceLimitExceeded", "no")
    aws.refuse("ec2", "run_instances", "InstanceLimitExceeded", "no")
    with pytest.raises(CloudFull):
        Ec2Scaler(aws, Group(), lambda: NOW).advance(POOL, order)
    return tokens[0]


def test_a_launch_that_is_repeated_has_the_same_token_and_another_one_has_another(aws: Stubbed) -> None:
    first = token_of(aws)
    assert len(first) <= 64
    assert token_of(aws) == first
    assert token_of(aws, order=replace(ORDER_1, id="scale-2")) != first


def test_what_aws_does_not_show_yet_is_not_made_again(aws: Stubbed, scaler: Ec2Scaler) -> None:
    order = replace(ORDER_1, after=3)
    shows(aws, A, B)
    launches(aws, 1, mine("i-1"))
    shows(aws, A, B)
    assert scaler.advance(POOL, order).desired == 2
    for _ in range(2):
        shows(aws, A, B)
        shows(aws, A, B)
        assert scaler.advance(POOL, order).desired == 2


def test_a_launch_that_was_made_with_another_number_is_waited_for(aws: Stubbed, scaler: Ec2Scaler) -> None:
    shows(aws, A, B)
    aws.refuse("ec2", "run_instances", "IdempotentParameterMismatch", "Arguments on this request do not match")
    shows(aws, A, B, mine("i-1"))
    assert scaler.advance(POOL, replace(ORDER_1, after=3)).desired == 3


def test_a_subnet_without_room_is_passed_over(aws: Stubbed, scaler: Ec2Scaler) -> None:
    shows(aws, A, B)
    aws.refuse("ec2", "run_instances", "InsufficientInstanceCapacity", "no t3.micro in eu-west-1a")
    launches(aws, 2, mine("i-1", 0, "subnet-b"), mine("i-2", 0, "subnet-b"), subnet="subnet-b")
    shows(aws, A, B, mine("i-1"), mine("i-2"))
    assert scaler.advance(POOL, ORDER_1).desired == 4


@pytest.mark.parametrize(
    ("code", "way_out"),
    [
        ("InstanceLimitExceeded", "Service Quotas"),
        ("VcpuLimitExceeded", "Service Quotas"),
        ("InsufficientInstanceCapacity", "another instance type"),
        ("InsufficientFreeAddressesInSubnet", "ec2.launch.subnets"),
    ],
)
def test_what_cannot_be_had_is_said_in_awss_words_with_the_way_out(
    aws: Stubbed, scaler: Ec2Scaler, code: str, way_out: str
) -> None:
    shows(aws, A, B)
    for _ in POOL.launch.subnets:
        aws.refuse("ec2", "run_instances", code, "You have reached it.")
    with pytest.raises(CloudFull, match=rf"ec2:RunInstances: .*{code}.*You have reached it\..* · .*{way_out}"):
        scaler.advance(POOL, ORDER_1)


def test_what_was_reached_before_there_was_no_room_stays(aws: Stubbed, scaler: Ec2Scaler) -> None:
    shows(aws, A, B)
    launches(aws, 1, mine("i-1"))
    for _ in POOL.launch.subnets:
        aws.refuse("ec2", "run_instances", "VcpuLimitExceeded", "no more")
    with pytest.raises(CloudFull):
        scaler.advance(POOL, ORDER_1)
    shows(aws, A, B, mine("i-1"))
    assert scaler.read(POOL).desired == 3


def test_a_template_whose_instances_end_by_themselves_is_not_tried_for_ever(aws: Stubbed, scaler: Ec2Scaler) -> None:
    dead = [mine(f"i-{number}", number, state="terminated") for number in range(4)]
    shows(aws, A, B, *dead)
    with pytest.raises(CloudRefused, match=r"4 instances of this order have ended .*Client\.InternalError.*mend the"):
        scaler.advance(POOL, ORDER_1)


def test_one_that_ended_under_our_hands_is_said_and_made_again(aws: Stubbed, scaler: Ec2Scaler) -> None:
    order = replace(ORDER_1, after=3)
    shows(aws, A, B, mine("i-1", state="terminated"))
    launches(aws, 1, mine("i-2", 1), number=1)
    shows(aws, A, B, mine("i-1", state="terminated"), mine("i-2", 1))
    standing = scaler.advance(POOL, order)
    assert standing.notes == ("i-1 has ended by itself: Client.InternalError: Client error on launch",)
    assert [one.name for one in standing.machines] == ["i-2", "i-a", "i-b"]
