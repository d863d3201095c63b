"""What the bot says of its own blindness."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.messages.blind import blind_message, dark_words, left_message, reference_words, unseen_message
from bot.model import Incident
from bot.remedies import Kind
from bot.watch import Blindness, Dark, Unseen
from tests.building import HOSTILE, TARGET, problems, said

SINCE = datetime(2026, 11, 20, 14, 2, 11, tzinfo=UTC)
DOWN = Incident(7, "shop/production/http", TARGET, SINCE, "answered 503", "web2")
BLIND = Blindness(1, SINCE, dark_words(Dark(20, 20, 1000)), "#alerts")


def test_it_says_what_was_seen_and_what_to_do() -> None:
    message = blind_message(BLIND)
    assert problems(message) == []
    assert message.text.startswith("I CANNOT SEE · since <!date^")
    assert message.text.endswith("· 20 of 20 services and environments fail at once (1,000 checks)")
    assert "look at the network of the machine that Pointsman runs on" in said(message.blocks)


def test_its_closed_form_says_how_long() -> None:
    message = blind_message(replace(BLIND, ended_at=SINCE + timedelta(minutes=6, seconds=12)))
    assert problems(message) == []
    assert message.text.startswith("I CAN SEE AGAIN · could not for 6 min 12 s (<!date^")
    assert "20 of 20 services" in said(message.blocks)
    assert "*Do*" not in said(message.blocks)


@pytest.mark.parametrize(
    ("kind", "step", "hosts", "question", "button"),
    [
        (Kind.REPLACE, "web2", ("web2",), "Replace web2 of shop in production anyway?", "Replace web2 anyway"),
        (Kind.RESTART, "", ("web2",), "Restart shop in production on web2 anyway?", "Restart anyway"),
        (Kind.RESTART, "", (), "Restart shop in production on every host anyway?", "Restart anyway"),
        (Kind.STEP, "flush", ("web1", "web2"), "Run flush of shop in production on web1, web2", "Run flush anyway"),
        (Kind.SCALE, "", (), "Add a host to shop in production anyway?", "Add 1 host anyway"),
    ],
)
def test_what_an_alert_offers_is_asked_once_more(
    kind: Kind, step: str, hosts: tuple[str, ...], question: str, button: str
) -> None:
    message = unseen_message(Unseen(DOWN, BLIND, kind, step, hosts))
    assert problems(message) == []
    assert message.text.startswith("I cannot see since <!date^")
    assert message.text.endswith("whether shop in production is still down is not known. Nothing was begun.")
    words = said(message.blocks)
    assert question in words
    assert (button in words, "Leave it" in words) == (True, True)


def test_its_button_says_in_which_blindness_of_which_incident_and_which_step() -> None:
    shown = unseen_message(Unseen(DOWN, BLIND, Kind.STEP, "flush"))
    (row,) = [block for block in shown.blocks if block["type"] == "actions"]
    assert [(one["action_id"], one["value"]) for one in row["elements"]] == [
        ("incident.anyway.step", "1:7:flush"),
        ("incident.leave", "7"),
    ]


def test_leaving_it_says_that_nothing_was_begun() -> None:
    assert problems(left_message()) == []
    assert left_message().text == "Left as it is: nothing was begun."


def test_reference_targets_are_named() -> None:
    assert reference_words(["a.example", "b.example"]) == (
        "none of the reference targets answers: a.example, b.example"
    )
    assert dark_words(Dark(3, 4, 1)) == "3 of 4 services and environments fail at once (1 check)"


def test_what_others_wrote_does_nothing() -> None:
    message = blind_message(replace(BLIND, cause=HOSTILE))
    assert "<!channel>" not in message.text
    assert problems(message) == []
    asked = unseen_message(Unseen(DOWN, replace(BLIND, cause=HOSTILE), Kind.STEP, "flush", (HOSTILE,)))
    assert "<!channel>" not in said(asked.blocks)
    assert problems(asked) == []
