from datetime import timedelta

import pytest

from bot.messages.flapping import calm_message, flapping_message
from bot.model import Health
from bot.watch import CheckState
from tests.building import HOSTILE, NOW, problems, said

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
