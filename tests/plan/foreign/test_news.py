"""Repeats, resends, late and crossed words: what begins and what ends."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.plan.foreign.news import News, news
from bot.reports import Heard, Report

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)


def told(firing: bool, minute: int) -> Report:
    return Report("Alertmanager", "a/1", firing, NOW + timedelta(minutes=minute), "A", "cause")


def course(*said: tuple[bool, int]) -> list[str]:
    """What each of them was, one after the other."""
    heard, found = Heard(), []
    for firing, minute in said:
        what, heard = news(told(firing, minute), heard, NOW)
        assert heard.heard_at == NOW
        found.append(what.value)
    return found


F, R = True, False
BEGINS, ENDS, NOTHING = News.BEGINS.value, News.ENDS.value, News.NOTHING.value


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([(F, 1)], [BEGINS]),
        ([(F, 1), (F, 1)], [BEGINS, NOTHING]),
        ([(F, 1), (R, 5)], [BEGINS, ENDS]),
        ([(F, 1), (R, 1)], [BEGINS, ENDS]),
        ([(F, 1), (R, 5), (R, 5)], [BEGINS, ENDS, NOTHING]),
        ([(F, 1), (R, 5), (F, 1)], [BEGINS, ENDS, NOTHING]),
        ([(F, 1), (R, 5), (F, 9)], [BEGINS, ENDS, BEGINS]),
        ([(F, 1), (R, 5), (F, 9), (R, 5)], [BEGINS, ENDS, BEGINS, NOTHING]),
        ([(F, 1), (R, 5), (F, 9), (F, 1), (R, 12)], [BEGINS, ENDS, BEGINS, NOTHING, ENDS]),
        ([(R, 5), (F, 1)], [NOTHING, NOTHING]),
        ([(R, 5), (F, 6)], [NOTHING, BEGINS]),
        ([(F, 3), (F, 1)], [BEGINS, NOTHING]),
        ([(F, 9), (R, 5), (R, 10)], [BEGINS, NOTHING, ENDS]),
    ],
)
def test_each_word_counts_once_in_whatever_order_it_comes(said: list[tuple[bool, int]], found: list[str]) -> None:
    assert course(*said) == found
