from datetime import timedelta
from typing import Any

import pytest

from bot.fleet.asg import Asg
from bot.model import Target
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

TARGET = Target("shop", "production")


def group(**config: Any) -> tuple[tuple[str, ...], Any]:
    return PRODUCTION, {"backend": "asg", "asg": {"group": "shop-production", **config}}


def test_a_group_needs_its_name_and_no_hosts() -> None:
    deployment = load(changed(group())).deployment(TARGET)
    assert deployment is not None
    assert isinstance(deployment.managed, Asg)
    assert deployment.places == ("shop-production (Auto Scaling)",)
    assert deployment.managed.within == timedelta(hours=2)


def test_all_that_can_be_said_of_a_refresh_is_read() -> None:
    said = {
        "image": "shop-{ref}-*",
        "image_tags": {"Service": "shop"},
        "image_owners": ["123456789012"],
        "user_data": "#!/bin/sh\n",
        "min_healthy": "90%",
        "max_healthy": "110%",
        "warm_up": "90s",
        "alarms": ["shop-5xx"],
        "bake": "10m",
        "protected": "replace",
        "standby": "leave",
    }
    found = load(changed(group(**said))).deployment(TARGET)
    assert found is not None
    assert found.asg is not None
    assert (found.asg.min_healthy, found.asg.max_healthy, found.asg.bake) == (90, 110, timedelta(minutes=10))
    assert found.asg.model_dump(mode="json", include=set(said)) == said


@pytest.mark.parametrize(
    ("config", "path", "what"),
    [
        ({"group": ""}, "asg.group", ""),
        ({"image": "shop-*"}, "asg", "takes any ref for the same images"),
        ({"image_tags": {"Service": "shop"}}, "asg", "takes any ref for the same images"),
        ({"min_healthy": 90}, "asg.min_healthy", "is no percentage"),
        ({"min_healthy": "101%"}, "asg.min_healthy", "is no percentage"),
        ({"max_healthy": "90%", "min_healthy": "50%"}, "asg.max_healthy", "is no percentage"),
        ({"max_healthy": "110%"}, "asg", "max_healthy without min_healthy"),
        ({"min_healthy": "50%", "max_healthy": "200%"}, "asg", "too small and too large"),
        ({"bake": "10m"}, "asg", "bakes without an alarm"),
        ({"bake": "3d", "alarms": ["a"]}, "asg.bake", "out of range"),
        ({"alarms": [f"alarm-{number}" for number in range(11)]}, "asg.alarms", ""),
        ({"user_data": "x" * 16_385}, "asg.user_data", "longer than EC2 takes"),
        ({"image_owners": []}, "asg.image_owners", ""),
        ({"protected": "refresh"}, "asg.protected", ""),
    ],
)
def test_what_aws_would_not_take_is_named_with_its_path(config: dict[str, Any], path: str, what: str) -> None:
    problem = only_problem(group(**config))
    assert problem.path.endswith(f"production.{path}")
    assert what in problem.what


def test_a_group_without_its_key_is_shown_what_it_looks_like() -> None:
    problem = only_problem((PRODUCTION, {"backend": "asg"}))
    assert problem.path.endswith("production.asg")
    assert problem.what.startswith("is missing")
    assert "group: shop" in problem.allowed


def test_a_canary_is_a_share_of_the_group() -> None:
    canary = {"strategy": {"kind": "canary", "batches": ["25%", "100%"]}}
    deployment = load(changed((PRODUCTION, {**group()[1], **canary}))).deployment(TARGET)
    assert deployment is not None
    assert deployment.strategy.batches == ("25%", "100%")
