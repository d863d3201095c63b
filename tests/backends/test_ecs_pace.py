"""How ECS is told to go about it, by botocore's own model, and by an older one."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.validate import validate_parameters

from bot.backends.ecs_pace import deployment_configuration, minutes, same
from bot.errors import CloudRefused
from bot.fleet.ecs import Ecs
from bot.managed import Pace

CLIENT = boto3.client("ecs", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
MODEL = CLIENT.meta.service_model
BASE: dict[str, Any] = {"service": "shop", "image": "ghcr.io/acme/shop"}
OWN = {"targetType": "AWS_LAMBDA", "hookTargetArn": "arn:aws:lambda:eu-west-1:1:function:test", "lifecycleStages": []}
NOW: dict[str, Any] = {"minimumHealthyPercent": 100, "maximumPercent": 200, "lifecycleHooks": [OWN]}


def told(pace: Pace, now: dict[str, Any] | None = None, model: Any = MODEL, **config: Any) -> dict[str, Any]:
    found = deployment_configuration(model, Ecs.model_validate({**BASE, **config}), pace, NOW if now is None else now)
    if model is MODEL:
        validate_parameters({"service": "shop", "deploymentConfiguration": found}, _shape())
    return found


def _shape() -> Any:
    return MODEL.operation_model("UpdateService").input_shape


def older(*lacking: str) -> Any:
    """A model without these members."""

    def shape_for(name: str) -> Any:
        members = {key: shape for key, shape in MODEL.shape_for(name).members.items() if key not in lacking}
        return SimpleNamespace(members=members)

    return SimpleNamespace(shape_for=shape_for)


def test_task_by_task_keeps_the_service_s_own_percentages() -> None:
    found = told(Pace())
    assert found == {
        "minimumHealthyPercent": 100,
        "maximumPercent": 200,
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "strategy": "ROLLING",
    }


def test_without_a_circuit_breaker_it_is_switched_off() -> None:
    assert told(Pace(), circuit_breaker=False)["deploymentCircuitBreaker"] == {"enable": False, "rollback": False}


def test_a_canary_pauses_where_people_are_asked_and_others_hooks_stay() -> None:
    found = told(Pace("canary", (20,), timedelta(hours=1)))
    assert found["strategy"] == "CANARY"
    assert found["canaryConfiguration"] == {"canaryPercent": 20.0, "canaryBakeTimeInMinutes": 0}
    own, pause = found["lifecycleHooks"]
    assert own == OWN
    assert (pause["targetType"], pause["lifecycleStages"]) == ("PAUSE", ["PRE_PRODUCTION_TRAFFIC_SHIFT"])
    assert pause["timeoutConfiguration"] == {"timeoutInMinutes": 120, "action": "ROLLBACK"}


def test_traffic_goes_over_in_equal_steps_when_the_fleet_file_says_so() -> None:
    found = told(Pace(), shift={"kind": "linear", "percent": 20, "bake": "90s"})
    assert (found["strategy"], found["bakeTimeInMinutes"]) == ("LINEAR", 2)
    assert found["linearConfiguration"] == {"stepPercent": 20.0, "stepBakeTimeInMinutes": 2}


def test_a_way_back_does_not_shift_in_steps() -> None:
    found = told(Pace("all_at_once"), shift={"kind": "linear"})
    assert (found["strategy"], "linearConfiguration" in found) == ("ROLLING", False)


def test_the_pause_of_the_last_deploy_is_taken_away_again() -> None:
    before = told(Pace("canary", (20,)))
    after = told(Pace("canary"), now=before)
    assert after["lifecycleHooks"] == [OWN]


@pytest.mark.parametrize("key", ["canaryConfiguration", "targetType"])
def test_what_an_older_botocore_does_not_know_is_refused(key: str) -> None:
    with pytest.raises(CloudRefused, match="update boto3"):
        told(Pace("canary", (20,)), model=older(key))


def test_an_older_botocore_still_goes_task_by_task() -> None:
    assert "strategy" not in told(Pace(), model=older("strategy", "canaryConfiguration"))


@pytest.mark.parametrize(("seconds", "whole"), [(0, 0), (1, 1), (60, 1), (61, 2), (3600, 60)])
def test_minutes_are_whole_ones(seconds: int, whole: int) -> None:
    assert minutes(timedelta(seconds=seconds)) == whole


@pytest.mark.parametrize(
    ("now", "wanted", "is_same"),
    [
        ({"strategy": "ROLLING", "maximumPercent": 200}, {"strategy": "ROLLING"}, True),
        ({}, {"strategy": "ROLLING"}, True),
        ({}, {"strategy": "CANARY"}, False),
        ({"maximumPercent": 200}, {"maximumPercent": 150}, False),
    ],
)
def test_what_ecs_fills_in_by_itself_is_no_change(now: dict[str, Any], wanted: dict[str, Any], is_same: bool) -> None:
    assert same(now, wanted) is is_same
