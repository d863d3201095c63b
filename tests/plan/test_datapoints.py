"""M of N as CloudWatch's own documentation has it: 0 keeps to the limit, X breaches it, - is missing."""

from datetime import timedelta

import pytest

from bot.model import Blind, Probe
from bot.plan.datapoints import Standing, seen, standing
from bot.questions import MetricAsk
from bot.questions.metric import Missing
from bot.questions.numbers import PromQuery

ALARM, WELL, KEEP, UNKNOWN = Standing.ALARM, Standing.WELL, Standing.KEEP, Standing.UNKNOWN
HOW = (Missing.MISSING, Missing.IGNORE, Missing.BREACHING, Missing.NOT_BREACHING)
SIGNS = {"0": False, "X": True, "-": None}


@pytest.mark.parametrize(
    ("points", "breaching", "expected"),
    [
        # 3 of 3
        ("0 - X - X", 3, (WELL, WELL, WELL, WELL)),
        ("- - - - 0", 3, (WELL, WELL, WELL, WELL)),
        ("- - - - -", 3, (UNKNOWN, KEEP, ALARM, WELL)),
        ("0 X X - X", 3, (ALARM, ALARM, ALARM, ALARM)),
        ("- - X - -", 3, (ALARM, KEEP, ALARM, WELL)),
        ("X - - - -", 3, (ALARM, KEEP, ALARM, WELL)),
        # 2 of 3
        ("0 - X - X", 2, (ALARM, ALARM, ALARM, ALARM)),
        ("0 0 X 0 X", 2, (ALARM, ALARM, ALARM, ALARM)),
        ("0 - X - -", 2, (WELL, WELL, ALARM, WELL)),
        ("- - - - 0", 2, (WELL, WELL, ALARM, WELL)),
        ("- - - - X", 2, (ALARM, KEEP, ALARM, WELL)),
        # what follows from the same rules
        ("X X X 0 0", 2, (WELL, WELL, WELL, WELL)),  # older points do not count where newer ones are there
        ("X X 0 0 X", 1, (ALARM, ALARM, ALARM, ALARM)),
        ("X 0 - - -", 1, (ALARM, ALARM, ALARM, ALARM)),
        ("0 0 0 0 0", 1, (WELL, WELL, WELL, WELL)),
    ],
)
def test_it_stands_as_cloudwatch_would_say(points: str, breaching: int, expected: tuple[Standing, ...]) -> None:
    read = [SIGNS[sign] for sign in points.split()]
    assert tuple(standing(read, breaching, 3, missing) for missing in HOW) == expected


def ask(missing: Missing = Missing.MISSING, above: bool = True, breaching: int = 2, of: int = 3) -> MetricAsk:
    return MetricAsk(PromQuery("cpu"), 90, above, breaching, of, missing, timedelta(minutes=1))


@pytest.mark.parametrize(
    ("above", "numbers", "ok"),
    [
        (True, [90, 90, 90], True),  # on the limit is within it
        (True, [90.1, 10, 91], False),
        (False, [90, 90, 90], True),
        (False, [89.9, 100, 10], False),
        (True, [-1000, 0, 0], True),
    ],
)
def test_above_and_below_are_told_apart(above: bool, numbers: list[float], ok: bool) -> None:
    assert seen(ask(above=above), numbers).ok is ok


@pytest.mark.parametrize(
    ("missing", "numbers", "cause"),
    [
        (Missing.MISSING, [1, 2, 93, 88, 95.123456], "95.12; above 90 in 2 of the last 3 points (93, 88, 95.12)"),
        (Missing.MISSING, [None, None, 93], "93; above 90 in 1 of the last 3 points (93, 2 missing)"),
        (Missing.BREACHING, [None] * 5, "no point of the last 3 is there, which counts as above 90"),
    ],
)
def test_the_cause_shows_the_numbers(missing: Missing, numbers: list[float | None], cause: str) -> None:
    assert seen(ask(missing), numbers) == Probe(False, 0.0, None, cause)


def test_of_a_single_point_only_the_point_is_told() -> None:
    assert seen(ask(breaching=1, of=1), [1, 93.5]).cause == "93.5, which is above 90"
    missing = seen(ask(Missing.BREACHING, breaching=1, of=1), [None])
    assert missing.cause == "its point is missing, which counts as above 90"


def test_no_data_is_no_recovery() -> None:
    assert seen(ask(), [None] * 5).blind is Blind.UNKNOWN
    assert seen(ask(Missing.IGNORE), [None] * 5).blind is Blind.KEEP
    assert not any(seen(ask(missing), [None] * 5).ok for missing in HOW if missing is not Missing.NOT_BREACHING)
