"""How an order goes, from what ECS says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.backends.ecs_course import by_service, course_of, stop_words, task_reasons, troubles
from bot.managed import Phase

OURS = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:18"
OLD = OURS.replace(":18", ":17")
PLACELESS = "(service shop) was unable to place a task because no container instance met all of its requirements."
TARGET = {"requestedTaskCount": 4, "runningTaskCount": 1}


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("PENDING", Phase.RUNNING),
        ("IN_PROGRESS", Phase.RUNNING),
        ("SUCCESSFUL", Phase.DONE),
        ("STOP_REQUESTED", Phase.GOING_BACK),
        ("STOPPED", Phase.FAILED),
        ("ROLLBACK_REQUESTED", Phase.GOING_BACK),
        ("ROLLBACK_IN_PROGRESS", Phase.GOING_BACK),
        ("ROLLBACK_SUCCESSFUL", Phase.BACK),
        ("ROLLBACK_FAILED", Phase.FAILED),
        ("SOMETHING_NEW", Phase.RUNNING),
    ],
)
def test_only_what_ecs_calls_successful_is_done(status: str, phase: Phase) -> None:
    assert course_of({"status": status, "targetServiceRevision": TARGET}).phase is phase


@pytest.mark.parametrize(
    ("more", "share", "words"),
    [
        ({}, 25, "1 of 4 tasks run it"),
        ({"lifecycleStage": "SCALE_UP"}, 25, "1 of 4 tasks run it · scale up"),
        ({"deploymentCircuitBreaker": {"failureCount": 2}}, 25, "1 of 4 tasks run it · 2 tasks did not start"),
        ({"deploymentCircuitBreaker": {"failureCount": 1}}, 25, "1 of 4 tasks run it · 1 task did not start"),
        ({"targetServiceRevision": {"requestedTaskCount": 1, "runningTaskCount": 1}}, 100, "1 of 1 task runs it"),
        ({"targetServiceRevision": {"requestedTaskCount": 0}}, None, "0 of 0 tasks run it"),
        ({"targetServiceRevision": {**TARGET, "requestedProductionTrafficWeight": 10.0}}, 25, "1 of 4 tasks run it"),
        (
            {
                "targetServiceRevision": {**TARGET, "requestedProductionTrafficWeight": 10.0},
                "deploymentConfiguration": {"strategy": "CANARY"},
            },
            10,
            "1 of 4 tasks run it",
        ),
    ],
)
def test_how_far_it_is_counts_tasks_or_traffic(more: dict[str, Any], share: int | None, words: str) -> None:
    course = course_of({"status": "IN_PROGRESS", "targetServiceRevision": TARGET, **more})
    assert (course.share, course.words) == (share, words)


def test_tasks_that_cannot_start_are_told_while_ecs_tries_and_in_the_end() -> None:
    stuck = (PLACELESS, "older")
    runs = course_of({"status": "IN_PROGRESS", "targetServiceRevision": TARGET}, (), stuck)
    assert (runs.words, runs.reasons) == (f"1 of 4 tasks run it · {PLACELESS}", ())
    back = course_of({"status": "ROLLBACK_IN_PROGRESS", "targetServiceRevision": TARGET}, ("web: exit code 1",), stuck)
    assert back.reasons == ("web: exit code 1", *stuck)
    done = course_of({"status": "SUCCESSFUL", "targetServiceRevision": TARGET}, (), stuck)
    assert (done.words, done.reasons) == ("1 of 4 tasks run it", ())


def test_trouble_is_what_came_since_then_and_not_what_a_rollout_does_anyway() -> None:
    at = datetime(2026, 11, 27, 12, tzinfo=UTC)
    told = (PLACELESS, "(service shop) has stopped 2 running tasks: (task 7).", PLACELESS, "(service shop) failed")
    events = [{"message": words, "createdAt": at - timedelta(minutes=ago)} for ago, words in enumerate(told)]
    assert troubles({"events": events}, at - timedelta(minutes=2)) == (PLACELESS,)
    assert troubles({"events": events}, at - timedelta(minutes=3)) == (PLACELESS, told[3])
    assert troubles({}, at) == ()


def paused(*statuses: str, kind: str = "PAUSE") -> dict[str, Any]:
    hooks = [{"hookId": str(number), "targetType": kind, "status": status} for number, status in enumerate(statuses)]
    return {"status": "IN_PROGRESS", "targetServiceRevision": TARGET, "lifecycleHookDetails": hooks}


@pytest.mark.parametrize(
    ("deployment", "phase", "checkpoint"),
    [
        (paused("AWAITING_ACTION"), Phase.WAITING, -1),
        (paused("SUCCEEDED"), Phase.RUNNING, None),
        (paused("SUCCEEDED", "AWAITING_ACTION"), Phase.WAITING, 0),
        (paused("SUCCEEDED", "SUCCEEDED", "AWAITING_ACTION"), Phase.WAITING, 1),
        (paused("IN_PROGRESS", kind="AWS_LAMBDA"), Phase.RUNNING, None),
        ({**paused("SUCCEEDED", "AWAITING_ACTION"), "status": "ROLLBACK_REQUESTED"}, Phase.GOING_BACK, None),
    ],
)
def test_the_first_pause_comes_before_any_traffic_and_is_no_checkpoint(
    deployment: dict[str, Any], phase: Phase, checkpoint: int | None
) -> None:
    course = course_of(deployment)
    assert (course.phase, course.checkpoint) == (phase, checkpoint)


def test_until_when_it_waits_is_told() -> None:
    waiting = paused("SUCCEEDED", "AWAITING_ACTION")
    waiting["lifecycleHookDetails"][1]["expiresAt"] = datetime(2026, 11, 27, 14, 32, tzinfo=UTC)
    assert course_of(waiting).words == "waits before traffic goes over until 14:32 UTC"


def test_the_reasons_of_a_failure_are_alarms_then_ecs_words_then_tasks_each_once() -> None:
    failed = {
        "status": "ROLLBACK_SUCCESSFUL",
        "targetServiceRevision": TARGET,
        "alarms": {"triggeredAlarmNames": ["shop-5xx"]},
        "rollback": {"reason": "an alarm"},
        "statusReason": "an alarm",
    }
    assert course_of(failed, ["web: exit code 1"]).reasons == (
        "alarm shop-5xx went off",
        "an alarm",
        "web: exit code 1",
    )


def test_what_runs_well_has_no_reasons() -> None:
    fine = {"status": "SUCCESSFUL", "targetServiceRevision": TARGET, "statusReason": "completed"}
    assert course_of(fine).reasons == ()


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"stoppedReason": "Task failed ELB health checks"}, "Task failed ELB health checks"),
        (
            {"containers": [{"name": "web", "exitCode": 137, "reason": "OutOfMemoryError"}]},
            "web: exit code 137, OutOfMemoryError",
        ),
        ({"containers": [{"name": "web", "exitCode": 0}], "stoppedReason": "Scaling activity"}, "Scaling activity"),
        (
            {"containers": [{"name": "web", "reason": "CannotPullContainerError: not found"}]},
            "web: CannotPullContainerError: not found",
        ),
        ({"containers": [{"name": "web"}]}, ""),
    ],
)
def test_why_a_task_stopped_is_its_containers_end_and_ecs_words(task: dict[str, Any], words: str) -> None:
    assert stop_words(task) == words


def test_tasks_of_other_definitions_are_not_blamed_and_the_most_frequent_reason_comes_first() -> None:
    tasks: list[dict[str, Any]] = [
        {"taskDefinitionArn": OLD, "stoppedReason": "Scaling activity"},
        {"taskDefinitionArn": OURS, "stoppedReason": "no capacity"},
        *[{"taskDefinitionArn": OURS, "containers": [{"name": "web", "exitCode": 1}]} for _ in range(3)],
    ]
    assert task_reasons(tasks, OURS) == ["web: exit code 1 (3 tasks)", "no capacity"]


def service(definition: str, state: str, running: int = 4) -> dict[str, Any]:
    primary = {
        "status": "PRIMARY",
        "taskDefinition": definition,
        "rolloutState": state,
        "rolloutStateReason": "said so",
    }
    return {"deployments": [{**primary, "runningCount": running, "desiredCount": 4}]}


@pytest.mark.parametrize(
    ("said", "phase", "reasons"),
    [
        (service(OURS, "COMPLETED"), Phase.DONE, ()),
        (service(OURS, "IN_PROGRESS", 1), Phase.RUNNING, ()),
        (service(OURS, "FAILED"), Phase.FAILED, ("said so",)),
        (service(OLD, "IN_PROGRESS"), Phase.GOING_BACK, ("said so",)),
        (service(OLD, "COMPLETED"), Phase.BACK, ("said so",)),
    ],
)
def test_a_stable_service_is_only_done_when_it_runs_our_definition(
    said: dict[str, Any], phase: Phase, reasons: tuple[str, ...]
) -> None:
    course = by_service(said, OURS)
    assert (course.phase, course.reasons) == (phase, reasons)
