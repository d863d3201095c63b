from datetime import timedelta
from typing import Any

import pytest

from bot.model import Action, Target
from bot.questions import CpuAsk
from tests.fleet.samples import PRODUCTION, REMOVED, changed, load, only_problem

CHECKS = (*PRODUCTION, "checks")
SHOP = Target("shop", "production")
TEN = timedelta(minutes=10)


def checks(cpu_above: Any, **more: Any) -> list[Any]:
    return load(changed((CHECKS, [{"cpu_above": cpu_above, "action": "restart", **more}]))).checks()


@pytest.mark.parametrize(
    ("written", "question"),
    [
        ("85 for 10m", CpuAsk(SHOP, 85.0, TEN)),
        ("85% for 1h", CpuAsk(SHOP, 85.0, timedelta(hours=1))),
        ("92.5 for 5m", CpuAsk(SHOP, 92.5, timedelta(minutes=5))),
        ("85", CpuAsk(SHOP, 85.0, TEN)),
        (85, CpuAsk(SHOP, 85.0, TEN)),
        ({"percent": 70, "for": "2m", "of": "max"}, CpuAsk(SHOP, 70.0, timedelta(minutes=2), "max")),
    ],
)
def test_the_short_and_the_long_form_become_a_question(written: Any, question: CpuAsk) -> None:
    (check,) = checks(written)
    assert check.question == question
    assert check.id == "shop/production/cpu_above"


def test_a_person_reads_what_is_asked() -> None:
    assert str(checks("85 for 10m")[0].question) == "CPU above 85 % for 10 min"


def test_it_is_looked_at_each_minute_and_believed_at_once() -> None:
    (check,) = checks(85)
    assert (check.every, check.down_after, check.up_after) == (timedelta(minutes=1), 1, 1)


@pytest.mark.parametrize(
    ("written", "what", "below"),
    [
        ("high", "is not a share of CPU and a time", "cpu_above"),
        ("85 for long", "is not a duration", "cpu_above"),
        ("85 for 10s", "is out of range", "cpu_above"),
        ("85 for 2h", "is out of range", "cpu_above"),
        ({"for": "10m"}, "is missing", "cpu_above.percent"),
    ],
)
def test_what_it_cannot_be_is_named(written: Any, what: str, below: str) -> None:
    problem = only_problem((CHECKS, [{"cpu_above": written, "action": "restart"}]))
    assert problem.path.endswith(f"checks.0.{below}")
    assert problem.what.startswith(what)


@pytest.mark.parametrize("percent", [0, 100, -5, 1e9])
def test_more_than_a_hundred_percent_or_nothing_is_no_limit(percent: float) -> None:
    problem = only_problem((CHECKS, [{"cpu_above": {"percent": percent}, "action": "restart"}]))
    assert problem.path.endswith("checks.0.cpu_above.percent")


def test_it_is_of_the_whole_service_and_not_of_each_host() -> None:
    check = {"cpu_above": 85, "per_host": True, "action": "restart"}
    problem = only_problem((CHECKS, [check]))
    assert problem.path.endswith("checks.0.per_host")
    assert problem.what.startswith("asks for the CPU of the whole service")


EC2 = {"tags": {"service": "shop"}, "user": "deploy", "vars": {"APP_PORT": "8080"}}
FOUND = [((*PRODUCTION, "backend"), "ec2"), ((*PRODUCTION, "hosts"), REMOVED)]
MORE = (CHECKS, [{"cpu_above": "85 for 10m", "action": "scale"}])
LIMITS = ((*PRODUCTION, "scale"), {"max": 4})


def test_its_alert_may_offer_a_host_more_where_hosts_can_be_made() -> None:
    fleet = load(changed(*FOUND, ((*PRODUCTION, "ec2"), {**EC2, "group": "shop"}), LIMITS, MORE))
    assert [check.action for check in fleet.checks()] == [Action.SCALE]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ([MORE, LIMITS], "offers another host, and nobody says how one is made"),
        ([*FOUND, ((*PRODUCTION, "ec2"), EC2), LIMITS, MORE], "offers another host, and nobody says how one is made"),
        (
            [*FOUND, ((*PRODUCTION, "ec2"), {**EC2, "group": "shop"}), MORE],
            "offers another host, and no limits are set",
        ),
    ],
)
def test_a_host_more_that_nobody_could_make_does_not_load(changes: list[Any], what: str) -> None:
    problem = only_problem(*changes)
    assert problem.path.endswith("checks.0.action")
    assert problem.what.startswith(what)
