"""What the bot tells of itself in figures."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model import DeployState, Health
from bot.plan.figures import of_deploy, of_vitals, of_waits
from bot.watch import CheckState, CheckView, Vitals
from tests.building import NOW, TARGET, a_deploy, a_plan

HERE = (("Service", "shop"), ("Environment", "production"))
HOUR = timedelta(hours=1)


def vitals(health: Health, uptime: float | None) -> Vitals:
    state = replace(CheckState(first_seen_at=NOW), health=health)
    return Vitals(TARGET, checks=(CheckView("shop/production/http", "x", None, state),), incidents=(), uptime=uptime)


def told(found: list[object]) -> dict[str, float]:
    return {one.name: one.values[0][0] for one in found}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("health", "uptime", "figures"),
    [
        (Health.UP, 0.999, {"OpenIncidents": 0, "Uptime": 99.9, "Up": 1}),
        (Health.DOWN, 0.5, {"OpenIncidents": 0, "Uptime": 50, "Up": 0}),
        (Health.UNKNOWN, None, {"OpenIncidents": 0}),
    ],
)
def test_a_target_tells_how_it_stands_and_nothing_that_is_not_known(
    health: Health, uptime: float | None, figures: dict[str, float]
) -> None:
    found = of_vitals(vitals(health, uptime), NOW)
    assert told([*found]) == pytest.approx(figures)
    assert {(one.names, one.at) for one in found} == {(HERE, NOW)}


@pytest.mark.parametrize(
    ("state", "outcome", "made", "figures"),
    [
        (DeployState.SUCCEEDED, "succeeded", NOW - HOUR, {"Deploys": 1, "DeployTime": 60, "LeadTime": 3660}),
        (DeployState.SUCCEEDED, "succeeded", None, {"Deploys": 1, "DeployTime": 60}),
        (DeployState.ROLLED_BACK, "rolled_back", NOW - HOUR, {"Deploys": 1, "DeployTime": 60}),
        (DeployState.FAILED, "failed", NOW - HOUR, {"Deploys": 1, "DeployTime": 60}),
        (DeployState.SUCCEEDED, "succeeded", NOW + HOUR, {"Deploys": 1, "DeployTime": 60, "LeadTime": 0}),
    ],
)
def test_a_deploy_tells_how_it_ended_and_how_long_its_commit_waited(
    state: DeployState, outcome: str, made: datetime | None, figures: dict[str, float]
) -> None:
    ended = NOW + timedelta(minutes=1)
    found = of_deploy(replace(a_deploy(a_plan()), state=state, created_at=NOW, finished_at=ended), made)
    assert told([*found]) == figures
    assert found[0].names == (*HERE, ("Outcome", outcome))
    assert {one.at for one in found} == {ended}


def test_a_deploy_that_runs_tells_nothing() -> None:
    assert of_deploy(a_deploy(a_plan()), NOW) == []


@pytest.mark.parametrize(
    ("before", "after", "values"),
    [
        ((0, 0, 0), (0, 0, 0), None),
        ((2, 3, 3), (2, 3, 3), None),
        ((2, 3, 3), (4, 6, 6), ((1.0, 2), (5.0, 1))),
        ((0, 0, 0), (0, 1, 3), ((5.0, 3),)),
    ],
)
def test_waits_between_two_looks_count_as_their_buckets_end(
    before: tuple[int, ...], after: tuple[int, ...], values: tuple[tuple[float, float], ...] | None
) -> None:
    bounds = ("1.0", "5.0", "+Inf")
    seen = [list(zip(bounds, map(float, counts), strict=True)) for counts in (before, after)]
    found = of_waits("AlertDelivery", seen[0], seen[1], NOW)
    assert [(one.name, one.names, one.values) for one in found] == ([("AlertDelivery", (), values)] if values else [])
