from datetime import timedelta

import pytest

from bot.model import Severity
from bot.plan.ways import pause, takes

PAGE, WARN = Severity.PAGE, Severity.WARN


@pytest.mark.parametrize(
    ("words", "severity", "away", "taken"),
    [
        ((), PAGE, False, True),
        ((), WARN, False, False),
        ((), WARN, True, True),
        (("page",), PAGE, False, True),
        (("page",), WARN, False, False),
        (("page",), WARN, True, False),
        (("warn",), WARN, False, True),
        (("warn",), PAGE, False, False),
        (("page", "warn"), WARN, False, True),
        (("leads",), PAGE, False, False),
        (("leads",), WARN, True, False),
        (("leads", "page"), PAGE, False, True),
    ],
)
def test_a_way_takes_what_its_words_say(words: tuple[str, ...], severity: Severity, away: bool, taken: bool) -> None:
    assert takes(words, severity, away) is taken


def test_pauses_grow_up_to_five_minutes() -> None:
    assert [pause(number).total_seconds() for number in (1, 2, 3, 6, 7, 100)] == [5, 10, 20, 160, 300, 300]
    assert pause(10**6) == timedelta(minutes=5)
