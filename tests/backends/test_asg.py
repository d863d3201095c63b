"""Instance refreshes, against moto as a process of its own that is made truer (tests/backends/truer_moto.py)."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.errors import CloudAway, CloudRefused, RefUnknown
from bot.managed import Course, ManagedOrder, Pace, Phase
from bot.model import Release
from tests.backends.daemons import reach, truer_moto
from tests.backends.group_place import REGION, GroupPlace

CANARY = Pace("canary", (25,))


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with truer_moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def places(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., GroupPlace]]:
    reach(monkeypatch, endpoint, REGION)
    made: list[GroupPlace] = []

    def make(version: str = "1", **config: object) -> GroupPlace:
        made.append(GroupPlace(version, **config))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def place(places: Callable[..., GroupPlace]) -> GroupPlace:
    return places()


def order(place: GroupPlace, name: str, number: int = 41, pace: Pace | None = None) -> ManagedOrder:
    release = place.backend().resolve(place.site, name)
    return ManagedOrder(f"deploy-{number}", release, pace or Pace())


def bring(place: GroupPlace, wanted: ManagedOrder) -> Course:
    place.backend().begin(place.site, wanted)
    return place.follow(wanted)


def test_every_instance_is_replaced_by_one_of_the_new_image(place: GroupPlace) -> None:
    place.release("second")
    before = {one["InstanceId"] for one in place.group()["Instances"]}
    assert bring(place, order(place, "second")).phase is Phase.DONE
    after = place.group()
    assert before.isdisjoint(one["InstanceId"] for one in after["Instances"])
    assert place.versions() == ["2"] * 4
    assert after["LaunchTemplate"]["Version"] == "2"


def test_the_new_template_version_is_the_old_one_with_another_image_and_says_whose_it_is(place: GroupPlace) -> None:
    place.release("second")
    bring(place, order(place, "second"))
    found = place.template_version("2")
    assert found["VersionDescription"] == "pointsman deploy-41 over 1 second"
    assert found["LaunchTemplateData"] == {"ImageId": place.image("second"), "InstanceType": "t3.micro"}


def test_user_data_of_the_fleet_file_goes_into_the_new_version(places: Callable[..., GroupPlace]) -> None:
    place = places(user_data="#!/bin/sh\nstart shop\n")
    place.release("second")
    bring(place, order(place, "second"))
    assert place.user_data("2") == "#!/bin/sh\nstart shop\n"
    bring(place, order(place, "second", 42))
    assert place.user_data("3") == "#!/bin/sh\nstart shop\n"


def test_user_data_alone_is_something_to_do(places: Callable[..., GroupPlace]) -> None:
    place = places(user_data="#!/bin/sh\nstart shop\n")
    assert place.backend().propose(place.site, order(place, "first")).changes


def test_a_group_that_launches_from_a_moving_name_is_set_to_its_number_first(places: Callable[..., GroupPlace]) -> None:
    place = places("$Latest")
    place.release("second")
    wanted = order(place, "second")
    assert "it is set to 1" in " ".join(place.backend().propose(place.site, wanted).changes)
    place.backend().begin(place.site, wanted)
    assert place.group()["LaunchTemplate"]["Version"] == "1"
    place.backend().turn_back(place.site, wanted)
    assert place.follow(wanted).phase is Phase.BACK
    assert place.versions() == ["1"] * 4


def test_what_the_strategy_and_the_fleet_file_want_is_what_aws_is_told(places: Callable[..., GroupPlace]) -> None:
    place = places(
        min_healthy="75%",
        max_healthy="125%",
        warm_up="90s",
        alarms=["shop-5xx"],
        bake="10m",
        protected="replace",
        standby="terminate",
    )
    place.release("second")
    place.backend().begin(place.site, order(place, "second", pace=CANARY))
    told = place.refreshes()[0]["Preferences"]
    assert told == {
        "MinHealthyPercentage": 75,
        "MaxHealthyPercentage": 125,
        "InstanceWarmup": 90,
        "AlarmSpecification": {"Alarms": ["shop-5xx"]},
        "BakeTime": 600,
        "ScaleInProtectedInstances": "Refresh",
        "StandbyInstances": "Terminate",
        "SkipMatching": True,
        "AutoRollback": True,
        "CheckpointPercentages": [25, 100],
        "CheckpointDelay": 172800,
    }


def test_a_refresh_that_bakes_is_not_done(places: Callable[..., GroupPlace]) -> None:
    place = places(alarms=["shop-5xx"], bake="10m")
    place.release("second")
    wanted, seen = order(place, "second"), []
    place.backend().begin(place.site, wanted)
    for _ in range(8):
        seen.append(place.backend().look(place.site, wanted))
    (baking,) = [one for one in seen if "watches the alarms" in one.words]
    assert baking.phase is Phase.RUNNING
    assert seen[-1].phase is Phase.DONE


def test_progress_is_said_in_percent_and_instances_to_go(place: GroupPlace) -> None:
    place.release("second")
    wanted = order(place, "second")
    place.backend().begin(place.site, wanted)
    seen = [place.backend().look(place.site, wanted) for _ in range(3)]
    assert [(one.share, one.words) for one in seen] == [
        (0, "0 % done, 4 to go"),
        (25, "25 % done, 3 to go"),
        (50, "50 % done, 2 to go"),
    ]


def test_a_refresh_that_fails_is_rolled_back_by_aws_and_says_why(place: GroupPlace) -> None:
    place.release("broken", broken="health checks of 2 instances failed")
    ended = bring(place, order(place, "broken"))
    assert ended.phase is Phase.BACK
    assert "health checks of 2 instances failed" in ended.reasons
    assert place.versions() == ["1"] * 4


def test_a_rollback_that_fails_asks_for_a_person(place: GroupPlace) -> None:
    place.release("broken", broken="no capacity", stuck="yes")
    ended = bring(place, order(place, "broken"))
    assert ended.phase is Phase.FAILED
    assert "a person must look at the group" in ended.words
    assert place.backend().standing(place.site).drift


def test_past_a_checkpoint_the_rest_is_done_by_another_refresh_that_leaves_alone_who_has_it(place: GroupPlace) -> None:
    place.release("second")
    wanted = order(place, "second", pace=Pace("canary", (25, 50)))
    place.backend().begin(place.site, wanted)
    first = place.follow(wanted)
    canary = place.at("2")
    place.backend().go_on(place.site, wanted, 0)
    second = place.follow(wanted)
    place.backend().go_on(place.site, wanted, 1)
    assert [first.checkpoint, second.checkpoint, place.follow(wanted).phase] == [0, 1, Phase.DONE]
    assert canary <= place.at("2")
    statuses = [(one["Status"], one["Preferences"].get("CheckpointPercentages")) for one in place.refreshes()]
    assert statuses == [("Successful", None), ("Cancelled", [50, 100]), ("Cancelled", [25, 50, 100])]


def test_going_on_that_died_after_the_cancelling_goes_on_when_it_is_repeated(place: GroupPlace) -> None:
    place.release("second")
    wanted = order(place, "second", pace=CANARY)
    place.backend().begin(place.site, wanted)
    place.follow(wanted)
    place.autoscaling.cancel_instance_refresh(AutoScalingGroupName=place.name)
    place.refreshes()
    assert place.backend().look(place.site, wanted).phase is Phase.WAITING
    place.backend().go_on(place.site, wanted, 0)
    assert place.follow(wanted).phase is Phase.DONE


def test_turning_back_one_that_was_cancelled_at_its_checkpoint_brings_the_older_version_again(
    place: GroupPlace,
) -> None:
    place.release("second")
    wanted = order(place, "second", pace=CANARY)
    place.backend().begin(place.site, wanted)
    place.follow(wanted)
    place.autoscaling.cancel_instance_refresh(AutoScalingGroupName=place.name)
    place.refreshes()
    place.backend().turn_back(place.site, wanted)
    assert place.follow(wanted).phase is Phase.BACK
    assert place.versions() == ["1"] * 4


def test_after_going_on_it_can_still_be_turned_back(place: GroupPlace) -> None:
    place.release("second")
    wanted = order(place, "second", pace=CANARY)
    place.backend().begin(place.site, wanted)
    place.follow(wanted)
    place.backend().go_on(place.site, wanted, 0)
    place.backend().turn_back(place.site, wanted)
    assert place.follow(wanted).phase is Phase.BACK
    assert place.versions() == ["1"] * 4


def test_a_refresh_of_somebody_else_is_refused_and_named(place: GroupPlace) -> None:
    place.release("second")
    place.hold()
    place.autoscaling.start_instance_refresh(AutoScalingGroupName=place.name)
    with pytest.raises(CloudRefused, match="that is not this deploy's is at work"):
        place.backend().begin(place.site, order(place, "second"))
    assert "not this deploy's" in place.backend().standing(place.site).trouble
    assert len(place.template_versions()) == 1


def test_a_process_that_died_between_version_and_refresh_makes_no_second_version(place: GroupPlace) -> None:
    place.release("second")
    wanted = order(place, "second")
    place.autoscaling.start_instance_refresh(AutoScalingGroupName=place.name)
    place.ec2.create_launch_template_version(
        LaunchTemplateId=place.template,
        SourceVersion="1",
        VersionDescription="pointsman deploy-41 over 1 second",
        LaunchTemplateData={"ImageId": wanted.release.sha},
    )
    with pytest.raises(CloudRefused):
        place.backend().begin(place.site, wanted)
    place.autoscaling.cancel_instance_refresh(AutoScalingGroupName=place.name)
    place.refreshes()
    assert bring(place, wanted).phase is Phase.DONE
    assert len(place.template_versions()) == 2


def test_an_older_image_comes_back_with_all_that_its_version_had(place: GroupPlace) -> None:
    place.release("second")
    bring(place, order(place, "second"))
    place.larger("3", place.image("second"))
    wanted = order(place, "first", 42)
    said = place.backend().propose(place.site, wanted).changes
    assert "stands again as in version 1, not as in 3" in " ".join(said)
    assert bring(place, wanted).phase is Phase.DONE
    assert place.template_version("4")["LaunchTemplateData"]["InstanceType"] == "t3.micro"


def test_an_instance_at_another_version_is_named_as_drift(place: GroupPlace) -> None:
    place.tamper()
    drift = place.backend().standing(place.site).drift
    assert len(drift) == 4
    assert "runs launch template version 1, not 2, and is InService" in drift[0]


def test_an_image_may_be_named_by_its_id_a_name_or_a_tag(places: Callable[..., GroupPlace]) -> None:
    place = places(image=None, image_tags={"Version": "{ref}", "Service": "shop"})
    place.release("tagged", Version="1.4.2", Service="shop")
    place.release("other", Version="1.4.2", Service="api")
    image = place.image("tagged")
    assert place.backend().resolve(place.site, "1.4.2") == Release(image, "1.4.2")
    assert place.backend().resolve(place.site, image) == Release(image, image)


@pytest.mark.parametrize("ref", ["ami-0123456789abcdef0", "nothing", "*", "fir?t", "; reboot", ""])
def test_what_names_no_image_is_refused(place: GroupPlace, ref: str) -> None:
    with pytest.raises(RefUnknown):
        place.backend().resolve(place.site, ref)


def test_a_group_that_is_not_there_is_said(place: GroupPlace) -> None:
    config = place.config.model_copy(update={"group": "nowhere"})
    with pytest.raises(CloudRefused, match="there is no Auto Scaling group nowhere"):
        place.backend().standing(replace(place.site, config=config))


def test_a_checkpoint_longer_than_aws_waits_is_refused(place: GroupPlace) -> None:
    place.release("second")
    slow = replace(CANARY, patience=3 * 24 * 60 * Pace().patience)
    with pytest.raises(CloudRefused, match="after two days"):
        place.backend().propose(place.site, order(place, "second", pace=slow))


def test_a_refresh_that_does_not_stop_is_waited_for_by_the_next_call(place: GroupPlace) -> None:
    place.release("second")
    wanted = order(place, "second", pace=CANARY)
    place.backend().begin(place.site, wanted)
    place.follow(wanted)
    place.hold()
    with pytest.raises(CloudAway, match="still ending"):
        place.backend().go_on(place.site, wanted, 0)
    place.hold(False)
    place.backend().go_on(place.site, wanted, 0)
    assert place.follow(wanted).phase is Phase.DONE
