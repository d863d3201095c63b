from typing import Any

import pytest

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
