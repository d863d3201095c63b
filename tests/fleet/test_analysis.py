from datetime import timedelta
from typing import Any

import pytest

from bot.fleet import Strategy
from bot.fleet.analysis import Analysis, canary_size, shortfall
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

STRATEGY = (*PRODUCTION, "strategy")
CANARY = {"kind": "canary", "bake": "2m"}


def strategy(**keys: Any) -> Strategy:
    fleet = load(changed((STRATEGY, {**CANARY, **keys})))
    return fleet.services["shop"].environments["production"].strategy


@pytest.mark.parametrize("written", [{}, {"analysis": False}])
def test_left_out_or_false_nothing_is_compared(written: dict[str, Any]) -> None:
    assert strategy(**written).analysis is None


def test_true_takes_all_defaults_and_a_two_minute_bake_is_enough_for_them() -> None:
    found = strategy(analysis=True).analysis
    assert found == Analysis()
    assert found.errors.increase == 0.005
    assert found.errors.most == 0.5
    assert list(shortfall(found, timedelta(minutes=2), 1)) == []


def test_every_limit_can_be_set() -> None:
    found = strategy(
        analysis={
            "against": "old hosts",
            "every": "2s",
            "ask": "100ms",
            "latency": {"allowed": 1.25, "increase": "20ms", "points": 30, "most": "1s"},
            "errors": {"increase": "1.5%", "requests": 500, "most": "20%"},
        }
    ).analysis
    assert found is not None
    assert (found.every, found.ask) == (timedelta(seconds=2), timedelta(milliseconds=100))
    assert (found.latency.allowed, found.latency.points) == (1.25, 30)
    assert (found.latency.increase, found.latency.most) == (timedelta(milliseconds=20), timedelta(seconds=1))
    assert (found.errors.increase, found.errors.requests, found.errors.most) == (0.015, 500, 0.2)


def test_what_it_writes_reads_back_the_same() -> None:
    made = Analysis.model_validate({"errors": {"increase": "1.5%"}, "latency": {"most": "1s"}})
    assert Analysis.model_validate(made.model_dump()) == made


@pytest.mark.parametrize(
    ("written", "where", "what"),
    [
        ({"analysis": {"latency": {"alowed": 1.2}}}, "latency.alowed", "is not a known key"),
        ({"analysis": {"latency": {"allowed": 0.9}}}, "latency.allowed", "is out of range"),
        ({"analysis": {"latency": {"points": 9}}}, "latency.points", "is out of range"),
        ({"analysis": {"errors": {"increase": 0.5}}}, "errors.increase", "is not a share"),
        ({"analysis": {"errors": {"increase": "0%"}}}, "errors.increase", "is not a share"),
        ({"analysis": {"errors": {"most": "101%"}}}, "errors.most", "is not a share"),
        ({"analysis": {"ask": "10ms"}}, "analysis.ask", "is out of range"),
        ({"analysis": {"against": "new hosts"}}, "analysis.against", "is not one of them"),
        ({"analysis": True, "kind": "rolling"}, "strategy.analysis", "compares a canary, and this is none"),
        ({"analysis": True, "bake": "30s"}, "strategy.analysis", "can never tell: a bake of 30s gives 6 points"),
        ({"analysis": {"ask": "1s"}}, "strategy.analysis", "can never tell: a bake of 2m gives 120 requests"),
        ({"analysis": True, "batches": ["100%"]}, "strategy.analysis", "has no host of the old release"),
    ],
)
def test_what_cannot_work_is_refused_where_it_stands(written: dict[str, Any], where: str, what: str) -> None:
    found = only_problem((STRATEGY, {**CANARY, **written}))
    assert found.path.endswith(where)
    assert found.what.startswith(what)


def test_a_bake_that_can_tell_neither_is_told_both() -> None:
    assert list(shortfall(Analysis(), timedelta(seconds=50), 1)) == [
        "10 points of latency in all, and 20 are needed",
        "100 requests in all, and 200 are needed",
    ]
    assert list(shortfall(Analysis(), timedelta(seconds=50), 2)) == []


@pytest.mark.parametrize(
    ("first", "hosts", "canaries"), [(1, 4, 1), (5, 4, 4), ("25%", 4, 1), ("25%", 5, 2), ("1%", 10, 1), ("100%", 3, 3)]
)
def test_the_canary_is_the_first_batch(first: int | str, hosts: int, canaries: int) -> None:
    assert canary_size(first, hosts) == canaries
