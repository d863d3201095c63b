from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.messages.outage_record import incidents_message, times
from bot.model import Incident, Target
from bot.showing import Outages
from tests.building import HOSTILE, problems, said

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
SHOP = Target("shop", "production")
API = Target("api", "production")
MONTH = timedelta(days=30)


def incident(number: int, minutes: int | None, cause: str = "answered 503", target: Target = SHOP) -> Incident:
    """Begun so many hours ago as its number says; over after so many minutes."""
    begun = NOW - timedelta(hours=number)
    return Incident(number, "c", target, begun, cause, None, begun + timedelta(minutes=minutes) if minutes else None)


def words(*incidents: Incident) -> str:
    return said(incidents_message(Outages(NOW, MONTH, incidents)).blocks)


def test_nothing_is_said_where_nothing_was() -> None:
    assert incidents_message(Outages(NOW, MONTH, ())).text == "No incidents in the last 30 days."


def test_incidents_are_told_with_the_time_to_restore() -> None:
    message = incidents_message(Outages(NOW, MONTH, (incident(1, None), incident(2, 6), incident(3, 20))))
    assert message.text == "3 incidents in the last 30 days, 1 open"
    found = said(message.blocks)
    assert "Time to restore: median 13 min, longest 20 min (n 2)" in found
    assert "▲ 60 min so far" in found or "▲ 1 h so far" in found


def test_no_time_to_restore_is_made_up_while_nothing_has_ended() -> None:
    assert "Nothing was restored yet." in words(incident(1, None))


def test_what_nobody_asks_for_any_more_was_not_restored() -> None:
    found = Outages(NOW, MONTH, (incident(2, 6), incident(3, 200)), unchecked=frozenset({3}))
    said_of_it = said(incidents_message(found).blocks)
    assert "Time to restore: 6 min (n 1)" in said_of_it
    assert "then no longer checked" in said_of_it


def test_each_service_has_its_own_time_what_lasts_first() -> None:
    found = words(incident(1, 5), incident(2, 7), incident(3, None, target=API))
    api, shop = found.index("• *api*: 1 incident, 1 open, none restored yet"), found.index("• *shop*: 2 incidents")
    assert api < shop
    assert "• *shop*: 2 incidents, none open, restored in median 6 min, longest 7 min (n 2)" in found


def test_one_service_alone_is_not_said_twice() -> None:
    assert "• *shop*" not in words(incident(1, 5), incident(2, 7))


@pytest.mark.parametrize(
    ("minutes", "said_so"),
    [
        ([4], "4 min (n 1)"),
        ([2, 4], "median 3 min, longest 4 min (n 2)"),
        (range(1, 10), "median 5 min, longest 9 min (n 9)"),
        (range(1, 11), "median 5 min 30 s, p90 9 min, longest 10 min (n 10)"),
        (range(1, 1001), "median 8 h 20 min, p90 15 h, longest 16 h 40 min (n 1,000)"),
    ],
    ids=["one", "two", "nine", "ten", "a thousand"],
)
def test_a_share_of_few_is_not_told_as_one(minutes: list[int], said_so: str) -> None:
    assert times([timedelta(minutes=one) for one in minutes]) == said_so


def test_more_than_can_be_told_are_counted() -> None:
    found = Outages(NOW, MONTH, tuple(incident(number, 5) for number in range(1, 100)), complete=False)
    message = incidents_message(found)
    assert message.text == "99 incidents or more in the last 30 days, none open"
    assert "the newest 20 of 99" in said(message.blocks)


def test_many_services_are_counted_too() -> None:
    found = words(*(incident(number, 5, target=Target(f"s{number}", "production")) for number in range(1, 15)))
    assert found.count("• *s") == 10
    assert "… 4 more services" in found


@pytest.mark.parametrize("many", [1, 60])
def test_slack_takes_it_and_obeys_nothing_in_it(many: int) -> None:
    incidents = tuple(
        replace(incident(n + 1, 3, HOSTILE), target=Target(f"{HOSTILE}{n % 12}", "production")) for n in range(many)
    )
    assert not list(problems(incidents_message(Outages(NOW, MONTH, incidents))))


def test_what_came_from_elsewhere_says_when_it_was_heard_of_last() -> None:
    found = Outages(NOW, MONTH, (incident(5, None),), spoke={5: NOW - timedelta(hours=3)})
    assert "so far, last heard 3 h ago" in said(incidents_message(found).blocks)


def test_what_people_closed_was_not_restored() -> None:
    found = Outages(NOW, MONTH, (incident(2, 6), incident(3, 200)), closed=frozenset({3}))
    said_of_it = said(incidents_message(found).blocks)
    assert "Time to restore: 6 min (n 1)" in said_of_it
    assert "then closed by hand" in said_of_it
