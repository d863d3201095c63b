from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages.flapping import calm_message, flapping_message
from bot.model import Action, Content, Health, Incident
from bot.remedies import Kind, Offer
from bot.watch import NOTHING, Alert, CheckState, Ended, Panel, Sighting, Silence
from tests.building import HOSTILE, NOW, TARGET, problems, said

CHECK = "shop/production/http"
STATE = CheckState(NOW, Health.DOWN, cause="answered 503", past=0b1010101, flapping_since=NOW)


def test_it_says_how_often_and_what_happens_next() -> None:
    message = flapping_message(CHECK, STATE, 5, 21)
    assert message.text.startswith("FLAPPING · shop/production/http · since <!date^")
    assert message.text.endswith("5 changes in 21 results")
    assert "answered 503" in said(message.blocks)
    assert "told to nobody until it is calm" in said(message.blocks)
    assert "*Do*  look when it fails, `/status checks shop`" in said(message.blocks)


@pytest.mark.parametrize(("health", "words"), [(Health.UP, "up"), (Health.DOWN, "down: see its alert")])
def test_its_closed_form_says_how_it_stands(health: Health, words: str) -> None:
    message = calm_message(CHECK, NOW, CheckState(NOW, health), NOW + timedelta(minutes=9))
    assert message.text == f"CALM · shop/production/http · was flapping for 9 min · it is {words}"


def test_what_a_host_answered_does_not_act() -> None:
    message = flapping_message(HOSTILE, CheckState(NOW, cause=HOSTILE * 30, flapping_since=NOW), 5, 21)
    assert "<!channel>" not in said(message.blocks)
    assert problems(message) == []


LEAD = Alert(
    Incident(7, CHECK, TARGET, NOW, "answered 503"),
    Sighting("GET http://shop/", Action.RESTART, 1, "https://wiki.example.com/shop"),
    "#alerts",
    ended=Ended.UP,
)
OFFERED = Panel((Offer(Kind.RESTART), Offer(Kind.ROLLBACK, "1.4.1")))


def buttons(message: Content) -> list[str]:
    rows = [block for block in message.blocks if block["type"] == "actions"]
    return [one["text"]["text"] for row in rows for one in row["elements"]]


@pytest.mark.parametrize(
    ("lead", "panel", "shown"),
    [
        (None, NOTHING, []),
        (LEAD, NOTHING, ["Silence 1 h", "Runbook"]),
        (LEAD, OFFERED, ["Restart shop", "Roll back to 1.4.1", "Silence 1 h", "Runbook"]),
        (replace(LEAD, offering=False), OFFERED, ["Silence 1 h", "Runbook"]),
        (
            LEAD,
            replace(OFFERED, silence=Silence("shop", None, "U0ANA", "moving", NOW, NOW + timedelta(hours=1))),
            ["Restart shop", "Roll back to 1.4.1", "End the silence", "Runbook"],
        ),
    ],
)
def test_it_offers_what_helps_and_nothing_to_acknowledge(lead: Alert | None, panel: Panel, shown: list[str]) -> None:
    message = flapping_message(CHECK, STATE, 5, 21, lead, panel)
    assert buttons(message) == shown
    assert problems(message) == []


def test_what_was_done_stands_above_the_buttons() -> None:
    message = flapping_message(CHECK, STATE, 5, 21, replace(LEAD, note="restarted every host, asked by <@U0ANA>"))
    assert "restarted every host, asked by <@U0ANA>" in said(message.blocks)
    assert "nothing that Pointsman did here is known" in said(message.blocks)
