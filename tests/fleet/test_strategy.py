from datetime import timedelta
from typing import Any

import pytest

from bot.fleet import StepConfig, Strategy
from bot.model import Target
from bot.tolerance import STRICT, Tolerance, Unreachable
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

STRATEGY = (*PRODUCTION, "strategy")


def tolerance(**words: Any) -> Tolerance:
    deployment = load(changed((STRATEGY, words))).deployment(Target("shop", "production"))
    assert deployment is not None
    return deployment.strategy.tolerance


@pytest.mark.parametrize(
    ("words", "borne"),
    [
        ({}, STRICT),
        ({"max_failures": 2}, Tolerance(2)),
        ({"max_failures": "0%"}, Tolerance("0%")),
        ({"max_failures": "100%", "max_unavailable": 1}, Tolerance("100%", 1)),
        ({"max_unavailable": "25%", "unreachable": "skipped"}, Tolerance(0, "25%", Unreachable.SKIPPED)),
    ],
)
def test_what_a_deploy_bears_is_read_as_it_stands_there(words: dict[str, Any], borne: Tolerance) -> None:
    assert tolerance(**words) == borne


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("max_failures", -1, "is not so many hosts"),
        ("max_failures", True, "is not so many hosts"),
        ("max_failures", "101%", "is not so many hosts"),
        ("max_failures", "half", "is not so many hosts"),
        ("max_unavailable", 0, "is not a batch"),
        ("max_unavailable", "0%", "is not a batch"),
        ("unreachable", "ignored", "is not one of them"),
    ],
)
def test_anything_else_is_refused_with_its_place(key: str, value: object, what: str) -> None:
    problem = only_problem(((*STRATEGY,), {key: value}))
    assert problem.path.endswith(f"strategy.{key}")
    assert what in problem.what


def test_blue_green_has_no_batches_keeps_ten_minutes_and_knows_its_own_steps() -> None:
    words = {"kind": "blue_green"}
    steps = {"restart": "swap", "beside": "start", "retire": {"run": "stop", "timeout": "3m"}}
    health = {"http": "http://{host}:8080/", "beside": "http://{host}:8081/"}
    fleet = load(changed((STRATEGY, words), ((*PRODUCTION, "steps"), steps), ((*PRODUCTION, "health"), health)))
    deployment = fleet.deployment(Target("shop", "production"))
    assert deployment is not None
    assert (deployment.strategy.batches, deployment.strategy.keep) == (("100%",), timedelta(minutes=10))
    assert deployment.steps.beside == StepConfig(run="start", timeout=timedelta(minutes=5))
    assert deployment.steps.retire == StepConfig(run="stop", timeout=timedelta(minutes=3))
    assert deployment.health.beside == "http://{host}:8081/"


def test_batches_of_blue_green_are_refused() -> None:
    problem = only_problem((STRATEGY, {"kind": "blue_green", "batches": [1, "100%"]}))
    assert problem.path.endswith("strategy.batches")
    assert problem.what.startswith("blue_green switches all hosts at once")


def test_a_variable_that_a_host_lacks_is_named_beside_too() -> None:
    health = {"http": "http://{host}/", "beside": "http://{host}:{BLUE_PORT}/"}
    problem = only_problem(((*PRODUCTION, "health"), health))
    assert problem.path.endswith("health.beside")


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [
        ({"batches": [2, "100%"]}, "canary", {"batches": (2, "100%"), "bake": timedelta(minutes=2)}),
        ({"batches": [2, "100%"]}, "all_at_once", {"batches": ("100%",)}),
        ({"batches": [2, "100%"]}, "blue_green", {"batches": ("100%",), "keep": timedelta(minutes=10)}),
        ({"kind": "blue_green", "keep": "3m"}, "rolling", {"batches": (1, "50%", "100%")}),
        ({"kind": "canary", "analysis": True, "approve": True}, "rolling", {"analysis": None, "approve": True}),
        ({"kind": "canary", "bake": "5m", "max_failures": 2}, "rolling", {"max_failures": 2}),
        ({"kind": "canary", "bake": "5m"}, None, {"kind": "canary", "bake": timedelta(minutes=5)}),
    ],
)
def test_another_kind_takes_over_what_it_knows(given: dict[str, Any], kind: str | None, kept: dict[str, Any]) -> None:
    chosen = Strategy.model_validate(given).chosen(kind)
    assert {name: getattr(chosen, name) for name in kept} == kept
    assert chosen.kind == (kind or given["kind"])
