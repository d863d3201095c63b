from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages.self_acts import counted_words, crossing_words, exhausted_message, held_message
from bot.model import Action, Incident
from bot.watch import Alert, Sighting
from tests.building import HOSTILE, NOW, TARGET, a_plan, problems, said

HOUR = timedelta(hours=1)
ALERT = Alert(Incident(7, "shop/production/http", TARGET, NOW, "503"), Sighting("GET x", Action.RESTART, 3), "#alerts")


def test_an_act_is_counted() -> None:
    assert counted_words(1, 2, HOUR) == "1 of 2 within 1 h"


@pytest.mark.parametrize(
    ("action", "most", "owners", "line"),
    [
        (
            Action.RESTART,
            2,
            ["@shop-team", "U024BE7LH"],
            (
                "shop · production was restarted by itself 2 times within 1 h and is down: your turn"
                " · <!subteam^S1>, <@U024BE7LH>"
            ),
        ),
        (Action.ROLLBACK, 1, [], "shop · production was rolled back by itself once within 1 h and is down: your turn"),
    ],
)
def test_when_it_is_used_up_the_owners_are_told(action: Action, most: int, owners: list[str], line: str) -> None:
    message = exhausted_message(ALERT, action, most, HOUR, owners, {"shop-team": "S1"})
    assert message.text == line
    assert problems(message) == []
    assert "Nothing more is done by itself" in said(message.blocks)


def test_what_stands_in_the_way_is_named_and_what_to_do() -> None:
    why = crossing_words(replace(a_plan(4, ref="1.4.1"), irreversible=("1.4.2", HOSTILE)))
    assert why.startswith("going back to 1.4.1 crosses 1.4.2, &lt;!channel&gt;")
    message = held_message(ALERT, Action.RESTART, why)
    assert message.text.startswith("shop · production is not restarted by itself · going back to 1.4.1")
    assert problems(message) == []
    assert "can be done by hand" in said(message.blocks)
