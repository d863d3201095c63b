from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.plan.bounds import Bounds, bounds
from tests.plan.scaled import policy

MADRID = ZoneInfo("Europe/Madrid")
OFFICE = ["Mon-Fri 08:00 min 4 Europe/Madrid", "Mon-Fri 20:00 min 2 Europe/Madrid", "Sat 00:00 max 3 Europe/Madrid",
          "Mon 00:00 max 10 Europe/Madrid"]  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID)


@pytest.mark.parametrize(
    ("moment", "least", "most"),
    [
        pytest.param("2026-11-27T08:00", 4, 10, id="Friday, the very minute"),
        pytest.param("2026-11-27T07:59", 2, 10, id="the minute before: what Thursday's evening set"),
        pytest.param("2026-11-27T21:00", 2, 10, id="Friday evening"),
        pytest.param("2026-11-29T12:00", 2, 3, id="Sunday: nothing has set the least since Friday"),
        pytest.param("2026-11-30T00:00", 2, 10, id="Monday at midnight the most is back"),
        pytest.param("2026-10-26T08:00", 4, 10, id="the Monday after the clocks were set back"),
        pytest.param("2026-03-30T07:59", 2, 10, id="and after they were set forward"),
    ],
)
def test_the_newest_entry_of_the_schedule_holds(moment: str, least: int, most: int) -> None:
    assert bounds(policy(min=1, max=20, schedules=OFFICE), at(moment)) == Bounds(least, most)


def test_without_a_schedule_the_policy_holds() -> None:
    assert bounds(policy(min=2, max=8), at("2026-11-27T08:00")) == Bounds(2, 8)


def test_a_least_above_the_most_wins() -> None:
    found = bounds(policy(min=1, max=3, schedules=["00:00 min 5 UTC"]), at("2026-11-27T08:00"))
    assert found == Bounds(5, 5)


@pytest.mark.parametrize(("hosts", "kept"), [(0, 2), (2, 2), (5, 5), (9, 8)])
def test_a_number_is_brought_within(hosts: int, kept: int) -> None:
    assert Bounds(2, 8).clamp(hosts) == kept
