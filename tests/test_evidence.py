import math
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence import (
    Because,
    Counts,
    Evidence,
    Judgement,
    Method,
    Missing,
    Series,
    Verdict,
    judgement,
    worst,
)
from bot.plan.judge.samples import known, missing, mostly_zero

GOOD, UNSURE, UNREAD, BAD = Verdict


def evidence(verdict: Verdict, lacking: Missing | None = None) -> Evidence:
    return Evidence("latency", Method.RANKS, verdict, Because.WITHIN, 20, 20, missing=lacking)


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ((), UNSURE),  # nothing measured is no success
        ((GOOD,), GOOD),
        ((GOOD, UNSURE), UNSURE),
        ((GOOD, UNSURE, UNREAD), UNREAD),
        ((GOOD, UNSURE, UNREAD, BAD), BAD),
    ],
)
def test_the_worst_verdict_is_that_of_all(verdicts: tuple[Verdict, ...], verdict: Verdict) -> None:
    assert {worst(order) for order in permutations(verdicts)} == {verdict}
    assert judgement(evidence(one) for one in verdicts).verdict is verdict


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("lacking", "wait"),
    [
        ([None, None], None),
        ([Missing(1, 0, minutes(3)), None], minutes(3)),
        ([Missing(1, 0, minutes(3)), Missing(0, 9, minutes(8))], minutes(8)),
        ([Missing(1, 0, minutes(3)), Missing(9, 9, None)], None),  # one of them may never come
    ],
)
def test_the_longest_wait_is_that_of_the_whole(lacking: list[Missing | None], wait: timedelta | None) -> None:
    found = judgement(evidence(UNSURE, one) for one in lacking)
    assert found == Judgement(UNSURE, found.evidence)
    assert found.wait == wait


def test_a_share_without_requests_is_no_number() -> None:
    assert math.isnan(Counts(0, 0).share)
    assert Counts(200, 1).share == 0.005


@pytest.mark.parametrize(
    ("seen", "wanted", "elapsed", "expected"),
    [
        ((20, 20), 20, 10, None),
        ((25, 30), 20, 10, None),
        ((12, 20), 20, 12, Missing(8, 0, minutes(8))),
        ((12, 5), 20, 12, Missing(8, 15, minutes(36))),  # the slower side decides
        ((19, 20), 20, 10, Missing(1, 0, minutes(1))),  # rounded up
        ((0, 20), 20, 10, Missing(20, 0, None)),
        ((5, 5), 20, 0, Missing(15, 15, None)),  # no time has passed: no pace
    ],
)
def test_what_is_missing_and_how_long_it_takes(
    seen: tuple[int, int], wanted: int, elapsed: int, expected: Missing | None
) -> None:
    assert missing(*seen, wanted, minutes(elapsed)) == expected


@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 100))
def test_after_the_wait_at_the_same_pace_there_is_enough(canary: int, baseline: int, elapsed: int) -> None:
    found = missing(canary, baseline, 200, minutes(elapsed))
    if found is not None:
        assert found.wait is not None
        factor = (minutes(elapsed) + found.wait) / minutes(elapsed)
        assert min(canary, baseline) * factor >= 200 - 1e-9


@pytest.mark.parametrize(
    ("series", "numbers", "zero_heavy"),
    [
        ((), (), False),
        ((math.nan, math.inf, -math.inf), (), False),
        ((1.0, math.nan, 2.0), (1.0, 2.0), False),
        ((0.0, 1.0, 2.0), (0.0, 1.0, 2.0), False),
        ((0.0, 1.0), (0.0, 1.0), True),
        ((0.0, 0.0, 1.0, math.nan), (0.0, 0.0, 1.0), True),
    ],
)
def test_which_points_count(series: Series, numbers: Series, zero_heavy: bool) -> None:
    assert known(series) == numbers
    assert mostly_zero(known(series)) is zero_heavy
