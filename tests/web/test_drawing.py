from datetime import date, timedelta

import pytest

from bot.showing import Day
from bot.web.drawing import DEPTH, TALL, Bars, bad, bars, kind_of, line, told

FIRST = date(2026, 8, 23)


def ninety(**odd: Day) -> list[Day]:
    """Ninety good days but for these (`d3` is the fourth)."""
    days = [Day(FIRST + timedelta(days=place), 2880, 0) for place in range(90)]
    for name, day in odd.items():
        days[int(name[1:])] = day
    return days


@pytest.mark.parametrize(
    ("count", "failures", "kind"),
    [
        (0, 0, "none"),
        (1000, 0, "good"),
        (1000, 1, "good"),
        (1000, 2, "fair"),
        (1000, 10, "fair"),
        (1000, 11, "poor"),
        (1000, 1000, "poor"),
    ],
)
def test_a_day_is_as_good_as_its_answers(count: int, failures: int, kind: str) -> None:
    assert kind_of(Day(FIRST, count, failures)) == kind


def test_ninety_good_days_are_one_path() -> None:
    [bar] = bars(ninety())
    assert bar == Bars("good", "M0 14H359")


def test_a_bad_day_stands_out_by_its_height_and_its_words() -> None:
    found = list(bars(ninety(d0=Day(FIRST), d3=Day(FIRST + timedelta(days=3), 2880, 288))))
    assert [(bar.kind, bar.path.count("M")) for bar in found] == [("none", 1), ("good", 2), ("poor", 1)]
    assert [bar.path for bar in found[:2]] == ["M0 26H3", "M4 14H11M16 14H359"]
    assert found[-1].title == "26 Aug: 90 %, 288 of 2,880 answers bad"
    assert found[-1].path.startswith("M12 ")
    assert len(set(TALL.values())) == len(TALL)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([Day(FIRST)] * 90, "nothing was asked yet"),
        (ninety(), "90 days watched, no bad answer"),
        (ninety(d3=Day(FIRST, 100, 3), d9=Day(FIRST, 0, 0)), "89 days watched, the worst was 23 Aug with 97 %"),
    ],
)
def test_the_bars_are_told_in_words(days: list[Day], words: str) -> None:
    assert told(days) == words


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ([], ""),
        ([None, None], ""),
        ([0.0, 2.0], f"M0 {DEPTH:.1f}h.1L240 0.0"),
        ([1.0, None, 2.0], f"M0 {DEPTH / 2:.1f}h.1M240 0.0h.1"),
    ],
)
def test_a_line_breaks_where_nothing_was_seen(values: list[float | None], path: str) -> None:
    assert line(values, 2.0) == path


def test_what_fails_just_now_is_not_called_good() -> None:
    assert told(ninety(), 2) == "90 days watched, no bad answer until now"


def test_the_days_that_hurt_are_told_newest_first() -> None:
    fair, poor = Day(FIRST, 1000, 5), Day(FIRST, 1000, 500)
    assert bad(ninety(d3=poor, d9=fair, d10=Day(FIRST))) == [fair, poor]
    assert bad(ninety(d3=Day(FIRST, 10_000, 1))) == []
