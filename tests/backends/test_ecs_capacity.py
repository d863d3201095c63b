"""ECS services as pools: their numbers and their own words, by botocore's stub against the model of each call."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.backends.ecs_capacity import EcsScaler
from bot.capacity import EcsPool, Fitness, ScaleOrder
from bot.cloud import HERE
from bot.errors import CloudRefused
from tests.backends.stubbed import Stubbed, stubbed

POOL = EcsPool("main", "shop", HERE)
PLACELESS = "(service shop) was unable to place a task because no container instance met all of its requirements."
UNWELL = "(service shop) (task 1) failed container health checks."


@pytest.fixture
def aws() -> Iterator[Stubbed]:
    with stubbed() as made:
        yield made


@pytest.fixture
def scaler(aws: Stubbed) -> EcsScaler:
    return EcsScaler(aws)


def event(message: str, minutes: int) -> dict[str, Any]:
    """Made when a test runs: a whole suite may take longer than what is told counts as new."""
    return {"id": message, "message": message, "createdAt": datetime.now(UTC) - timedelta(minutes=minutes)}


def shows(aws: Stubbed, desired: int, running: int, pending: int = 0, **words: Any) -> None:
    """The next look finds the service so."""
    service = {"desiredCount": desired, "runningCount": running, "pendingCount": pending, "status": "ACTIVE", **words}
    asked = {"cluster": "main", "services": ["shop"]}
    aws.tell("ecs", "describe_services", {"services": [service]}, asked)


@pytest.mark.parametrize(
    ("desired", "running", "pending", "counts"),
    [(4, 4, 0, (4, 0, 0)), (4, 2, 2, (2, 2, 0)), (2, 4, 0, (2, 0, 2)), (0, 0, 0, (0, 0, 0))],
)
def test_numbers_are_told_and_no_names(
    aws: Stubbed, scaler: EcsScaler, desired: int, running: int, pending: int, counts: tuple[int, int, int]
) -> None:
    shows(aws, desired, running, pending)
    standing = scaler.read(POOL)
    assert (standing.desired, standing.machines) == (desired, ())
    assert (standing.healthy, standing.count(Fitness.PENDING), standing.count(Fitness.DRAINING)) == counts


def test_a_desired_count_that_somebody_else_has_set_meanwhile_stays(aws: Stubbed, scaler: EcsScaler) -> None:
    shows(aws, 7, 2)
    with pytest.raises(CloudRefused, match="shop shall have 7 by now, neither 2 nor 4: somebody else has set it"):
        scaler.advance(POOL, ScaleOrder("scale-1", 2, 4))


def test_the_desired_count_is_changed_once(aws: Stubbed, scaler: EcsScaler) -> None:
    order = ScaleOrder("scale-1", 2, 4)
    shows(aws, 2, 2)
    aws.tell("ecs", "update_service", {}, {"cluster": "main", "service": "shop", "desiredCount": 4})
    shows(aws, 4, 2, 2)
    assert scaler.advance(POOL, order).count(Fitness.PENDING) == 2
    for _ in range(2):
        shows(aws, 4, 4)
    assert scaler.advance(POOL, order).healthy == 4


@pytest.mark.parametrize(
    ("told", "notes"),
    [
        ([(PLACELESS, 1), (UNWELL, 1)], (PLACELESS, UNWELL)),
        ([(PLACELESS, 1), (PLACELESS, 2)], (PLACELESS,)),
        ([("(service shop) has started 1 tasks: (task 1).", 1), (UNWELL, 1)], (UNWELL,)),
        ([(UNWELL, 1), ("(service shop) has reached a steady state.", 1), (PLACELESS, 1)], (UNWELL,)),
        ([(PLACELESS, 20)], ()),
        ([], ()),
    ],
)
def test_why_tasks_are_missing_is_said_in_ecs_own_words(
    aws: Stubbed, scaler: EcsScaler, told: list[tuple[str, int]], notes: tuple[str, ...]
) -> None:
    events = [event(message, minutes) for message, minutes in told]
    shows(aws, 4, 2, events=events)
    assert scaler.read(POOL).notes == notes
    shows(aws, 4, 4, events=events)
    assert scaler.read(POOL).notes == ()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"services": [], "failures": [{"arn": "shop", "reason": "MISSING"}]}, "shop in the cluster main is missing"),
        ({"services": [{"status": "INACTIVE"}]}, "shop in the cluster main is inactive"),
        ({"services": [{"status": "ACTIVE", "schedulingStrategy": "DAEMON"}]}, r"\(DAEMON\): it has no desired count"),
    ],
)
def test_a_service_that_cannot_be_scaled_says_why(
    aws: Stubbed, scaler: EcsScaler, answer: dict[str, Any], words: str
) -> None:
    aws.tell("ecs", "describe_services", answer)
    with pytest.raises(CloudRefused, match=words):
        scaler.advance(POOL, ScaleOrder("scale-1", 2, 4))
