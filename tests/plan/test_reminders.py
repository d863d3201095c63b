from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model import Action, Incident
from bot.plan.reminders import is_due
from bot.watch import Alert, Ended, Sighting
from tests.building import NOW, TARGET

EVERY = timedelta(minutes=30)
ALERT = Alert(
    Incident(7, "shop/production/http", TARGET, NOW, "answered 503"),
    Sighting("GET http://shop/", Action.RESTART, 3),
    "#alerts",
    told_at=NOW,
)


@pytest.mark.parametrize(
    ("changes", "minutes", "due"),
    [
        ({}, 29, False),
        ({}, 30, True),
        ({"reminders": 1, "reminded_at": NOW + EVERY}, 59, False),
        ({"reminders": 1, "reminded_at": NOW + EVERY}, 60, True),
        ({"acknowledged_by": "U0ANA", "acknowledged_at": NOW}, 600, False),
        ({"ended": Ended.UP}, 600, False),
        ({"told_at": None}, 600, False),
        ({"told_at": NOW + EVERY}, 59, False),  # a silence kept it back until then
    ],
)
def test_what_nobody_acknowledged_is_due_again_after_each_interval(
    changes: dict[str, Any], minutes: int, due: bool
) -> None:
    assert is_due(replace(ALERT, **changes), EVERY, NOW + timedelta(minutes=minutes)) is due
