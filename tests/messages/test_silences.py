from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages.silences import silence_message, silenced_message, silences_message, unsilenced_message
from bot.model import Content
from bot.watch import Maintenance, Silence
from tests.building import HOSTILE, NOW, TARGET, problems, said

HOUR = timedelta(hours=1)
ANAS = Silence("shop", "production", "U0ANA", "moving", NOW, NOW + HOUR, 3)
END = "<!date^1795179600^{date_short_pretty} {time}|2026-11-20 13:00 UTC>"
WINDOW = Maintenance(TARGET, "Sun 03:00 - Sun 05:00 UTC", NOW + HOUR)


@pytest.mark.parametrize(
    ("silence", "line"),
    [
        (ANAS, f":mute: shop in production is silenced by <@U0ANA>, until {END}: moving"),
        (replace(ANAS, environment=None), f":mute: shop is silenced by <@U0ANA>, until {END}: moving"),
        (
            replace(ANAS, ended_at=NOW + HOUR / 2, ended_by="U0BEN"),
            ":loud_sound: shop in production · unsilenced by <@U0BEN> · was silenced by <@U0ANA> for 30 min: moving",
        ),
        (
            replace(ANAS, ended_at=NOW + HOUR),
            (
                ":loud_sound: shop in production · heard again, the silence is over"
                " · was silenced by <@U0ANA> for 1 h: moving"
            ),
        ),
    ],
)
def test_a_silence_has_one_message_that_says_it_all(silence: Silence, line: str) -> None:
    assert silence_message(silence).text == line


def test_one_that_lasts_says_how_to_end_it() -> None:
    assert "`/status unsilence shop in production`" in said(silence_message(ANAS).blocks)
    over = silence_message(replace(ANAS, ended_at=NOW + HOUR))
    assert "unsilence shop" not in said(over.blocks)


def test_the_list_names_people_and_windows() -> None:
    message = silences_message([ANAS], [WINDOW], NOW + timedelta(minutes=3))
    assert message.text == "1 silence, 1 maintenance window"
    told = said(message.blocks)
    assert f":mute: shop in production · silenced by <@U0ANA> 3 min ago, until {END}: moving"[:40] in told
    assert (
        f":wrench: shop in production · maintenance by the fleet file, until {END}: Sun 03:00 - Sun 05:00 UTC" in told
    )
    assert silences_message([], [], NOW).text == "Nothing is silenced."


def test_a_long_list_says_how_many_it_leaves_out() -> None:
    message = silences_message([ANAS] * 50, [WINDOW], NOW)
    assert "and 31 more" in said(message.blocks)
    assert problems(message) == []


@pytest.mark.parametrize(
    "message",
    [
        silence_message(replace(ANAS, reason=HOSTILE)),
        silence_message(replace(ANAS, reason=HOSTILE, ended_at=NOW)),
        silenced_message(replace(ANAS, reason=HOSTILE * 50), "#alerts"),
        unsilenced_message([ANAS, ANAS]),
        silences_message([replace(ANAS, reason=HOSTILE)], [], NOW),
    ],
)
def test_a_hostile_reason_is_shown_and_does_not_act(message: Content) -> None:
    assert "<!channel>" not in said(message.blocks)
    assert "<!channel>" not in message.text
    assert problems(message) == []
