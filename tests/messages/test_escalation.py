from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages.alert import alert
from bot.messages.escalation import copy, passed_on
from bot.model import Action, Incident
from bot.watch import Alert, Ended, Escalated, Sighting
from tests.building import HOSTILE, NOW, TARGET, problems, said

LATER = NOW + timedelta(minutes=31)
ALERT = Alert(Incident(7, "shop/production/http", TARGET, NOW, "503"), Sighting("GET x", Action.RESTART, 3), "#alerts")
COPY = Escalated(3, 7, "channel #major", LATER, channel="#major")
MAIL = Escalated(4, 7, "way leads", LATER, way="leads")


def test_a_copy_says_why_it_is_there_above_all_that_the_alert_says() -> None:
    message = alert(ALERT)
    shown = copy(message, COPY, "#alerts")
    assert shown.text == message.text
    assert shown.blocks[1:] == message.blocks
    assert "Told here because nobody in #alerts had acknowledged it by " in said(shown.blocks[:1])
    assert "12:31" in said(shown.blocks[:1])
    assert problems(shown) == []


def test_a_copy_of_what_is_over_is_closed() -> None:
    over = replace(ALERT, ended=Ended.UP, incident=replace(ALERT.incident, ended_at=LATER))
    assert copy(alert(over), COPY, "#alerts").text.startswith("UP · shop · production · was down 31 min")


@pytest.mark.parametrize(
    ("taken", "reaches", "line"),
    [
        (
            COPY,
            False,
            "Escalated · shop · production · told in #major too · down for 31 min, and nobody has acknowledged it",
        ),
        (
            MAIL,
            True,
            "Escalated · shop · production · sent by leads too · down for 31 min, and nobody has acknowledged it",
        ),
        (
            MAIL,
            False,
            (
                "Not escalated · shop · production · NOTIFY_URLS has no way called leads: add `leads=` and an address"
                ", and start anew · down for 31 min, and nobody has acknowledged it"
            ),
        ),
    ],
)
def test_the_thread_says_who_else_was_told(taken: Escalated, reaches: bool, line: str) -> None:
    message = passed_on(ALERT, taken, reaches, LATER)
    assert message.text == line
    assert problems(message) == []


def test_what_people_wrote_does_nothing_in_slack() -> None:
    message = passed_on(ALERT, replace(MAIL, way=HOSTILE), True, LATER)
    assert "<!channel>" not in said(message.blocks)
    assert "<!channel>" not in said(copy(alert(ALERT), COPY, HOSTILE).blocks)
