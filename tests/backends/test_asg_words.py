"""A refresh in words: each status that AWS knows, and what the engine makes of it."""

from typing import Any

import botocore.session
import pytest

from bot.backends.asg.course import WORDS, course_back, course_of
from bot.backends.asg.preferences import preferences
from bot.backends.asg.refreshes import Refresh, after, of_version, refresh_of
from bot.backends.asg.standing import Standing, configuration
from bot.backends.asg.templates import Version, source_of
from bot.fleet.asg import Asg
from bot.managed import Phase

MODEL: Any = botocore.session.get_session().get_service_model("autoscaling")
STATUSES = MODEL.shape_for("InstanceRefreshStatus").enum


def refresh(status: str, **words: object) -> Refresh:
    return Refresh("r-1", status, "7", **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("Pending", Phase.RUNNING),
        ("InProgress", Phase.RUNNING),
        ("Baking", Phase.RUNNING),
        ("Cancelling", Phase.RUNNING),
        ("Successful", Phase.DONE),
        ("Failed", Phase.FAILED),
        ("Cancelled", Phase.FAILED),
        ("RollbackInProgress", Phase.GOING_BACK),
        ("RollbackSuccessful", Phase.BACK),
        ("RollbackFailed", Phase.FAILED),
        ("SomethingNew", Phase.FAILED),
    ],
)
def test_only_successful_is_done(status: str, phase: Phase) -> None:
    assert course_of(refresh(status), ()).phase is phase


def test_every_status_of_botocores_model_is_one_that_is_known() -> None:
    known = {"InProgress", "RollbackInProgress", "Successful", *WORDS}
    assert set(STATUSES) == known


@pytest.mark.parametrize(
    ("percent", "points", "number"),
    [(0, (25, 50, 100), None), (25, (25, 50, 100), 0), (30, (25, 50, 100), 0), (50, (25, 50, 100), 1)],
)
def test_a_refresh_waits_once_it_has_reached_a_checkpoint(
    percent: int, points: tuple[int, ...], number: int | None
) -> None:
    course = course_of(refresh("InProgress", percent=percent, checkpoints=points), (25, 50))
    assert course.checkpoint == number
    assert (course.phase is Phase.WAITING) == (number is not None)


def test_a_later_refresh_counts_the_orders_checkpoints_not_its_own() -> None:
    assert course_of(refresh("InProgress", percent=50, checkpoints=(50, 100)), (25, 50)).checkpoint == 1


def test_one_that_has_ended_waits_nowhere() -> None:
    assert course_of(refresh("Successful", percent=100, checkpoints=(25, 100)), (25,)).checkpoint is None
    assert course_of(refresh("Failed", percent=25, checkpoints=(25, 100)), (25,)).checkpoint is None
    assert course_of(refresh("Cancelled", percent=20, checkpoints=(25, 100)), (25,)).phase is Phase.FAILED


def test_one_that_was_cancelled_at_its_checkpoint_waits_there_for_the_next_refresh() -> None:
    course = course_of(refresh("Cancelled", percent=25, checkpoints=(25, 100)), (25,))
    assert (course.phase, course.checkpoint) == (Phase.WAITING, 0)


def test_reasons_are_told_of_what_failed_and_each_once() -> None:
    failed = refresh("RollbackInProgress", reason="unhealthy", why_back="alarm shop-5xx")
    assert course_of(failed, ()).reasons == ("alarm shop-5xx", "unhealthy")
    assert course_of(refresh("Failed", reason="x", why_back="x"), ()).reasons == ("x",)
    assert course_of(refresh("InProgress", reason="warming up"), ()).reasons == ()


@pytest.mark.parametrize(
    ("status", "phase", "said"),
    [
        ("InProgress", Phase.GOING_BACK, "back to version 7"),
        ("Successful", Phase.BACK, "run again what they did before"),
        ("Failed", Phase.FAILED, "a person must look"),
        ("Cancelled", Phase.FAILED, "a person must look"),
    ],
)
def test_a_refresh_that_brings_the_older_version_is_the_way_back(status: str, phase: Phase, said: str) -> None:
    course = course_back(refresh(status))
    assert course.phase is phase
    assert said in course.words


def test_progress_on_the_way_back_is_that_of_the_way_back() -> None:
    found = refresh_of(
        {
            "InstanceRefreshId": "r-1",
            "Status": "RollbackInProgress",
            "PercentageComplete": 75,
            "InstancesToUpdate": 1,
            "RollbackDetails": {
                "RollbackReason": "alarm",
                "PercentageCompleteOnRollback": 50,
                "InstancesToUpdateOnRollback": 2,
            },
        }
    )
    assert (found.percent, found.left, found.why_back) == (50, 2, "alarm")


def test_the_version_is_found_in_a_mixed_instances_policy_too() -> None:
    spec = {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "9"}}
    wanted = {"MixedInstancesPolicy": {"LaunchTemplate": spec}}
    found = refresh_of({"InstanceRefreshId": "r-1", "Status": "Pending", "DesiredConfiguration": wanted})
    assert found.version == "9"
    assert refresh_of({"InstanceRefreshId": "r-1", "Status": "Pending"}).version == ""


def test_the_newest_of_a_version_counts_and_what_came_after_it() -> None:
    known = [Refresh("c", "InProgress", "6"), Refresh("b", "Cancelled", "7"), Refresh("a", "Cancelled", "7")]
    newest = of_version(known, "7")
    assert newest is not None
    assert newest.id == "b"
    assert [one.id for one in after(known, newest)] == ["c"]
    assert of_version(known, "8") is None


def test_a_mixed_group_keeps_its_policy_but_for_the_version() -> None:
    overrides = [{"InstanceType": "m7g.large"}, {"InstanceType": "m6g.large"}]
    launch = {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "6"}, "Overrides": overrides}
    mixed = {"LaunchTemplate": launch, "InstancesDistribution": {"OnDemandBaseCapacity": 1}}
    found = configuration(Standing("shop", 2, "lt-1", "6", mixed=mixed), "7")
    policy = found["MixedInstancesPolicy"]
    assert policy["InstancesDistribution"] == {"OnDemandBaseCapacity": 1}
    assert policy["LaunchTemplate"] == {
        "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "7"},
        "Overrides": overrides,
    }
    assert mixed["LaunchTemplate"] is launch


def test_what_the_fleet_file_leaves_out_aws_is_not_told() -> None:
    said = preferences(Asg.model_validate({"group": "shop"}), ())
    assert said == {
        "SkipMatching": True,
        "AutoRollback": True,
        "ScaleInProtectedInstances": "Wait",
        "StandbyInstances": "Wait",
    }


@pytest.mark.parametrize(
    ("image", "wanted", "source", "user_data"),
    [
        ("ami-new", None, "3", None),  # never ran: from what the group launches from
        ("ami-old", None, "1", None),  # ran before ours: as it was
        ("ami-now", None, "3", None),  # stands already
        ("ami-tried", None, "3", None),  # somebody's version that never ran here
        ("ami-old", "start", "1", "start"),
        ("ami-now", "now", "3", None),
    ],
)
def test_an_image_comes_back_with_what_its_version_had(
    image: str, wanted: str | None, source: str, user_data: str | None
) -> None:
    versions = [
        Version("3", "ami-now", "deploy-2", "1", "now"),
        Version("2", "ami-tried"),
        Version("1", "ami-old"),
    ]
    found, data = source_of(versions, "3", image, wanted)
    assert (found.number, data) == (source, user_data)


def test_user_data_never_stands_in_what_is_logged() -> None:
    assert "hunter2" not in repr(Version("1", "ami-1", user_data="password=hunter2"))
