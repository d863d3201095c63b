from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.messages.sights import checks_message, incidents_message, spark
from bot.model import Health, Incident, Target
from bot.showing import Hour, Outages, Trace, Traces
from bot.watch import CheckState, CheckView
from tests.building import HOSTILE, problems, said

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
SHOP = Target("shop", "production")
MONTH = timedelta(days=30)


def trace(health: Health = Health.UP, cause: str = "", measured: bool = True, asked: str = "GET https://x") -> Trace:
    hours = (Hour(NOW.replace(hour=place, minute=0), 0.04 if measured and place else None, 0.12) for place in range(14))
    return Trace(SHOP, CheckView("c", asked, None, CheckState(NOW, health, cause=cause)), tuple(hours))


def incident(number: int, minutes: int | None, cause: str = "answered 503 in 41 ms") -> Incident:
    """Begun so many hours ago as its number says; over after so many minutes."""
    begun = NOW - timedelta(hours=number)
    return Incident(number, "c", SHOP, begun, cause, None, begun + timedelta(minutes=minutes) if minutes else None)


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], ""),
        ([None, 0.0, 0.5, 1.0, None], "·▁▅█·"),
        ([0.0, 0.0], "▁▁"),
        ([3.0], "█"),
    ],
)
def test_a_sparkline_reaches_from_nothing_to_the_highest(values: list[float | None], line: str) -> None:
    assert spark(values) == line


def test_a_service_without_checks_is_told_where_to_add_some() -> None:
    assert checks_message(Traces("shop", ())).text == "shop has no checks: add some under `checks` in the fleet file"


def test_what_is_down_comes_first_and_is_counted() -> None:
    message = checks_message(Traces("shop", (trace(asked="GET https://a"), trace(Health.DOWN, "answered 503"))))
    assert message.text == "shop: 2 checks, 1 down"
    words = said(message.blocks)
    assert words.index("answered 503") < words.index("https://a")
    assert "median 40 ms · p95 120 ms" in words
    assert "`·█████████████`" in words


def test_a_check_without_an_hour_says_so() -> None:
    assert "no whole hour was measured yet" in said(checks_message(Traces("shop", (trace(measured=False),))).blocks)


def test_incidents_are_told_with_the_time_to_restore() -> None:
    message = incidents_message(Outages(NOW, MONTH, (incident(1, None), incident(2, 6), incident(3, 20))))
    assert message.text == "3 incidents in the last 30 days, 1 open"
    words = said(message.blocks)
    assert "Time to restore: median 13 min, longest 20 min (2 incidents that ended)" in words
    assert "60 min so far" in words or "1 h so far" in words


def test_no_time_to_restore_is_made_up_while_nothing_has_ended() -> None:
    assert "Time to restore" not in said(incidents_message(Outages(NOW, MONTH, (incident(1, None),))).blocks)


def test_more_than_can_be_told_are_counted() -> None:
    found = Outages(NOW, MONTH, tuple(incident(number, 5) for number in range(1, 100)), complete=False)
    message = incidents_message(found)
    assert message.text == "99 incidents or more in the last 30 days, none open"
    assert "the newest 20 of 99" in said(message.blocks)


@pytest.mark.parametrize("many", [1, 60])
def test_slack_takes_it_and_obeys_nothing_in_it(many: int) -> None:
    hostile = trace(Health.DOWN, HOSTILE)
    hostile = replace(hostile, check=replace(hostile.check, asked=HOSTILE))
    for message in (
        checks_message(Traces("shop", (hostile,) * many)),
        incidents_message(Outages(NOW, MONTH, tuple(incident(n + 1, 3, HOSTILE) for n in range(many)))),
    ):
        assert not list(problems(message))
