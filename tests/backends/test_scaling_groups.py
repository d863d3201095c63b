"""Auto Scaling groups around a deploy, against moto; what it does not show by botocore's stub."""

from collections.abc import Iterator

import pytest

from bot.backends.aws_sessions import Sessions
from bot.backends.scaling_groups import AwsScalingGroups
from bot.cloud import ScalingGroup
from bot.errors import CloudDenied, CloudRefused
from tests.backends.cloud_pools import AsgPlace
from tests.backends.daemons import moto, reach
from tests.backends.stubbed import REGION, stubbed


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def place(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AsgPlace]:
    reach(monkeypatch, endpoint, REGION)
    made = AsgPlace(REGION)
    yield made
    made.close()


@pytest.fixture
def groups(place: AsgPlace) -> Iterator[AwsScalingGroups]:
    sessions = Sessions()
    yield AwsScalingGroups(sessions)
    sessions.close()


def test_a_group_is_read_with_its_members_and_its_numbers(place: AsgPlace, groups: AwsScalingGroups) -> None:
    stand = groups.read(ScalingGroup(place.name))
    assert (stand.desired, stand.least, stand.suspended) == (3, 1, frozenset())
    assert dict(stand.members) == dict.fromkeys(place.names(), "InService")


def test_processes_stand_still_and_go_again_and_twice_is_no_error(place: AsgPlace, groups: AwsScalingGroups) -> None:
    group = ScalingGroup(place.name)
    for _ in range(2):
        groups.suspend(group, ["AZRebalance", "ReplaceUnhealthy"])
        assert groups.read(group).suspended == {"AZRebalance", "ReplaceUnhealthy"}
    for _ in range(2):
        groups.resume(group, ["AZRebalance"])
        assert groups.read(group).suspended == {"ReplaceUnhealthy"}


def test_an_instance_rests_and_is_taken_back_and_the_number_follows(place: AsgPlace, groups: AwsScalingGroups) -> None:
    group = ScalingGroup(place.name)
    first, second, third = place.names()
    groups.rest(group, [first])
    stand = groups.read(group)
    assert (stand.desired, dict(stand.members)) == (2, {first: "Standby", second: "InService", third: "InService"})
    groups.recall(group, [first])
    assert groups.read(group).desired == 3
    assert set(groups.read(group).members.values()) == {"InService"}


def test_many_go_in_calls_of_twenty() -> None:
    names = [f"i-{number}" for number in range(45)]
    with stubbed() as aws:
        for some in (names[:20], names[20:40], names[40:]):
            asked = {"AutoScalingGroupName": "shop", "InstanceIds": some, "ShouldDecrementDesiredCapacity": True}
            aws.tell("autoscaling", "enter_standby", {}, asked)
        AwsScalingGroups(aws).rest(ScalingGroup("shop"), names)


def test_a_group_that_is_not_there_is_named(groups: AwsScalingGroups) -> None:
    with pytest.raises(CloudRefused, match="there is no Auto Scaling group nothing: compare `group` and region"):
        groups.read(ScalingGroup("nothing"))


def test_what_is_not_allowed_names_the_action() -> None:
    with stubbed() as aws:
        aws.refuse("autoscaling", "exit_standby", "AccessDenied", "no")
        with pytest.raises(CloudDenied, match='"Action": "autoscaling:ExitStandby"'):
            AwsScalingGroups(aws).recall(ScalingGroup("shop"), ["i-1"])
