"""What the bot says of its own blindness."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.messages.blind import blind_message, dark_words, reference_words
from bot.watch import Blindness, Dark
from tests.building import HOSTILE, problems, said

SINCE = datetime(2026, 11, 20, 14, 2, 11, tzinfo=UTC)
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


def test_reference_targets_are_named() -> None:
    assert reference_words(["a.example", "b.example"]) == (
        "none of the reference targets answers: a.example, b.example"
    )
    assert dark_words(Dark(3, 4, 1)) == "3 of 4 services and environments fail at once (1 check)"


def test_what_others_wrote_does_nothing() -> None:
    message = blind_message(replace(BLIND, cause=HOSTILE))
    assert "<!channel>" not in message.text
    assert problems(message) == []
