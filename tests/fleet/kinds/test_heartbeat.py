from datetime import timedelta
from typing import Any

import pytest

from bot.questions import BeatAsk
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

CHECKS = (*PRODUCTION, "checks")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def checks(heartbeat: Any, **more: Any) -> list[Any]:
    return load(changed((CHECKS, [{"heartbeat": heartbeat, "action": "runbook", **more}]))).checks()


@pytest.mark.parametrize(
    ("heartbeat", "question"),
    [
        ("1d", BeatAsk(DAY, DAY / 10, "1d")),
        ("5m", BeatAsk(5 * MINUTE, MINUTE, "5m")),  # a minute of grace at least
        ({"every": "1h", "grace": "0s"}, BeatAsk(HOUR, timedelta(0), "1h")),
        ({"every": "7d", "grace": "1d"}, BeatAsk(7 * DAY, DAY, "7d")),
    ],
)
def test_the_short_and_the_long_form_become_a_question(heartbeat: Any, question: BeatAsk) -> None:
    assert [check.question for check in checks(heartbeat)] == [question]


def test_it_is_looked_at_often_and_believed_at_once_unless_it_says_otherwise() -> None:
    (check,) = checks("1d")
    assert (check.every, check.down_after, check.up_after) == (timedelta(seconds=10), 1, 1)
    (check,) = checks("1d", every="1m", down_after=2, up_after=3)
    assert (check.every, check.down_after, check.up_after) == (MINUTE, 2, 3)


def test_per_host_the_job_of_each_host_has_an_address_of_its_own() -> None:
    assert [check.id for check in checks("1d", per_host=True)] == [
        "shop/production/heartbeat/web1",
        "shop/production/heartbeat/web2",
    ]


@pytest.mark.parametrize(
    ("heartbeat", "what", "below"),
    [
        ("5s", "is out of range", "heartbeat"),
        ("daily", "is not a duration", "heartbeat"),
        ({"grace": "1h"}, "is missing", "heartbeat.every"),
        ({"every": "1h", "grace": "40d"}, "is out of range", "heartbeat.grace"),
    ],
)
def test_what_is_no_rhythm_is_refused_with_its_path(heartbeat: Any, what: str, below: str) -> None:
    found = only_problem((CHECKS, [{"heartbeat": heartbeat, "action": "runbook"}]))
    assert found.path == f"services.shop.environments.production.checks.0.{below}"
    assert found.what.startswith(what)
