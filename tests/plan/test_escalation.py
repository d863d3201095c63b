from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.fleet.escalation import Escalation
from bot.model import Action, Incident
from bot.plan.escalation import due_steps, named
from bot.watch import Alert, Ended, Sighting
from tests.building import NOW, TARGET

MINUTE = timedelta(minutes=1)
ALERT = Alert(
    Incident(7, "shop/production/http", TARGET, NOW - MINUTE, "answered 503"),
    Sighting("GET http://shop/", Action.RESTART, 3),
    "#alerts",
    told_at=NOW,
)
LEADS = Escalation(after=10 * MINUTE, notify="@leads")
MAJOR = Escalation(after=30 * MINUTE, channel="#major")
MAIL = Escalation(after=60 * MINUTE, way="leads")
ALL = (LEADS, MAJOR, MAIL)


def later(step: Escalation, minutes: int) -> Escalation:
    return step.model_copy(update={"after": minutes * MINUTE})


@pytest.mark.parametrize(
    ("changes", "minutes", "taken", "due"),
    [
        ({}, 9, [], []),
        ({}, 10, [], ["notify @leads"]),
        ({}, 10, ["notify @leads"], []),
        ({}, 30, ["notify @leads"], ["channel #major"]),
        ({}, 600, [], ["notify @leads", "channel #major", "way leads"]),  # the bot was away
        ({}, 600, ["notify @leads", "channel #major", "way leads"], []),
        ({"acknowledged_by": "U0ANA", "acknowledged_at": NOW}, 600, [], []),
        ({"ended": Ended.UP}, 600, [], []),
        ({"told_at": None}, 600, [], []),
        ({"told_at": NOW + 30 * MINUTE}, 39, [], []),  # a silence kept it back until then
        ({"told_at": NOW + 30 * MINUTE}, 40, [], ["notify @leads"]),
        ({"reminders": 2, "reminded_at": NOW + 20 * MINUTE}, 31, ["notify @leads"], ["channel #major"]),
    ],
)
def test_a_step_is_due_once_its_time_has_come(
    changes: dict[str, Any], minutes: int, taken: Sequence[str], due: list[str]
) -> None:
    found = due_steps(replace(ALERT, **changes), ALL, taken, NOW + minutes * MINUTE)
    assert [name for name, _ in found] == due


@pytest.mark.parametrize(
    ("steps", "minutes", "due"),
    [
        ([later(LEADS, 20)], 60, []),
        ([MAJOR, LEADS], 60, ["channel #major"]),  # another order
        ([LEADS, later(LEADS, 40)], 60, ["notify @leads 2"]),
        ([], 60, []),
    ],
)
def test_what_was_said_is_not_said_again_when_the_file_is_edited_meanwhile(
    steps: list[Escalation], minutes: int, due: list[str]
) -> None:
    found = due_steps(ALERT, steps, ["notify @leads"], NOW + minutes * MINUTE)
    assert [name for name, _ in found] == due


def test_what_is_due_at_once_comes_in_the_order_of_its_times() -> None:
    assert [step for _, step in due_steps(ALERT, (MAIL, LEADS, MAJOR), (), NOW + 90 * MINUTE)] == [LEADS, MAJOR, MAIL]


def test_each_step_has_a_name_of_its_own() -> None:
    again = later(LEADS, 40)
    assert [name for name, _ in named((LEADS, MAJOR, again))] == ["notify @leads", "channel #major", "notify @leads 2"]
