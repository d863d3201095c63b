import math
from datetime import timedelta

import pytest

from bot.evidence import Because, Method, Missing, Series, Verdict, Worse
from bot.plan.judge.series import SeriesRule, judge_series

RULE = SeriesRule("latency")
LOWER = SeriesRule("throughput", worse=Worse.LOWER)
TEN_MINUTES = timedelta(minutes=10)


def around(middle: float, n: int, reach: float = 0.1) -> Series:
    """n points within a tenth (or the reach) of the middle, none twice."""
    return tuple(middle * (1 - reach + 2 * reach * (number + 0.5) / n) for number in range(n))


@pytest.mark.parametrize(
    ("canary", "baseline", "verdict", "because"),
    [
        ((), (), Verdict.INCONCLUSIVE, Because.NO_DATA),
        (around(100, 30), (), Verdict.INCONCLUSIVE, Because.NO_DATA),
        ((), around(100, 30), Verdict.INCONCLUSIVE, Because.NO_DATA),
        ((math.nan,) * 30, around(100, 30), Verdict.INCONCLUSIVE, Because.NO_DATA),
        (around(900, 9), around(100, 30), Verdict.INCONCLUSIVE, Because.TOO_FEW),  # nine points fail nobody
        (around(100, 19), around(100, 30), Verdict.INCONCLUSIVE, Because.TOO_FEW),
        (around(100, 30), around(100, 19), Verdict.INCONCLUSIVE, Because.TOO_FEW),
        (around(100, 20), around(100, 20), Verdict.SUCCESSFUL, Because.WITHIN),
        (around(50, 20), around(100, 20), Verdict.SUCCESSFUL, Because.WITHIN),  # faster
        (around(109, 60), around(100, 60), Verdict.SUCCESSFUL, Because.WITHIN),  # slower, and allowed
        (around(120, 20), around(100, 20), Verdict.FAILED, Because.WORSE),
        (around(120, 10), around(100, 10), Verdict.FAILED, Because.WORSE),  # ten are enough to stop on
        (around(160, 20), around(100, 20), Verdict.FAILED, Because.FAR_WORSE),
        ((5.0,) * 20, (5.0,) * 20, Verdict.SUCCESSFUL, Because.WITHIN),  # constant and the same
        ((5.001,) * 20, (5.0,) * 20, Verdict.SUCCESSFUL, Because.WITHIN),  # constant, sure, and nothing
        ((6.0,) * 20, (5.0,) * 20, Verdict.FAILED, Because.WORSE),
        (
            around(125, 35, 0.5),
            around(100, 35, 0.5),
            Verdict.SUCCESSFUL,
            Because.WITHIN,
        ),  # slower, and it may be chance
        (around(125, 60, 0.5), around(100, 60, 0.5), Verdict.FAILED, Because.WORSE),
        ((*around(100, 20), math.nan, math.inf), around(100, 20), Verdict.SUCCESSFUL, Because.WITHIN),
    ],
)
def test_the_verdict_on_latency(canary: Series, baseline: Series, verdict: Verdict, because: Because) -> None:
    found = judge_series(canary, baseline, RULE, TEN_MINUTES)
    assert (found.verdict, found.because) == (verdict, because)


@pytest.mark.parametrize(
    ("canary", "verdict"),
    [(100, Verdict.SUCCESSFUL), (120, Verdict.SUCCESSFUL), (80, Verdict.FAILED), (95, Verdict.SUCCESSFUL)],
)
def test_for_what_is_bad_when_low_the_other_way_counts(canary: float, verdict: Verdict) -> None:
    found = judge_series(around(canary, 30), around(100, 30), LOWER, TEN_MINUTES)
    assert found.verdict is verdict
    assert found.p is not None
    assert (found.p < 0.02) is (canary < 100)


def test_a_drop_that_is_sure_and_allowed_is_no_failure() -> None:
    assert judge_series((95.0,) * 30, (100.0,) * 30, LOWER, TEN_MINUTES).verdict is Verdict.SUCCESSFUL
    assert judge_series((90.0,) * 30, (100.0,) * 30, LOWER, TEN_MINUTES).verdict is Verdict.FAILED


def test_the_evidence_shows_what_it_rests_on() -> None:
    found = judge_series(around(150, 20), around(100, 25), RULE, TEN_MINUTES)
    assert (found.metric, found.method, found.canary_n, found.baseline_n) == ("latency", Method.RANKS, 20, 25)
    assert (found.canary, found.baseline, found.effect) == pytest.approx((150, 100, 1.5))
    assert found.interval is not None
    assert 40 < found.interval.low < 50 < found.interval.high < 60
    assert found.p is not None
    assert found.p < 0.001


@pytest.mark.parametrize(
    ("canary", "baseline", "missing"),
    [
        (10, 30, Missing(10, 0, timedelta(minutes=10))),
        (12, 16, Missing(8, 4, timedelta(minutes=7))),  # 6 min 40 s, in whole minutes
        (0, 30, Missing(20, 0, None)),  # nothing comes in: nobody knows when
        (10, 0, Missing(10, 20, None)),
        (20, 20, None),
    ],
)
def test_what_is_missing_is_said_in_points_and_minutes(canary: int, baseline: int, missing: Missing | None) -> None:
    found = judge_series(around(100, canary), around(100, baseline), RULE, TEN_MINUTES)
    assert found.missing == missing


def test_a_failure_asks_for_no_more_points() -> None:
    found = judge_series(around(200, 10), around(100, 10), RULE, TEN_MINUTES)
    assert (found.verdict, found.missing) == (Verdict.FAILED, None)


def test_mostly_zero_series_are_counted() -> None:
    """Kayenta's own example that its rank rule gets wrong: 210 points each, 70 % and 92 % of them zero."""
    canary = (0.0,) * 147 + tuple(4.0 + number / 100 for number in range(63))
    baseline = (0.0,) * 193 + tuple(1.0 + number / 100 for number in range(17))
    found = judge_series(canary, baseline, RULE, TEN_MINUTES)
    assert (found.method, found.verdict) == (Method.COUNTS, Verdict.FAILED)
    assert (found.canary, found.baseline) == pytest.approx((0.3, 17 / 210))
    assert judge_series(baseline, canary, RULE, TEN_MINUTES).verdict is Verdict.SUCCESSFUL


def test_where_low_is_bad_the_zeros_are_the_bad_points() -> None:
    busy, idle = (0.0,) * 20 + (9.0,) * 190, (0.0,) * 150 + (9.0,) * 60
    assert judge_series(idle, busy, LOWER, TEN_MINUTES).verdict is Verdict.FAILED
    assert judge_series(busy, idle, LOWER, TEN_MINUTES).verdict is Verdict.SUCCESSFUL


def test_a_baseline_below_zero_has_no_ratio_and_the_interval_alone_decides() -> None:
    found = judge_series(around(-50, 20), around(-100, 20), SeriesRule("degrees"), TEN_MINUTES)
    assert (found.effect, found.verdict) == (None, Verdict.FAILED)


@pytest.mark.parametrize(("slow", "verdict"), [(7, Verdict.SUCCESSFUL), (8, Verdict.FAILED)])
def test_how_many_of_ten_points_must_be_a_hundred_times_slower(slow: int, verdict: Verdict) -> None:
    """A known blind spot of the rank rule (spinnaker/spinnaker#6278), and why hard limits are judged beside it."""
    rule = SeriesRule("latency", promote_from=10)
    canary = (1.0,) * (10 - slow) + (100.0,) * slow
    assert judge_series(canary, (1.0,) * 10, rule, TEN_MINUTES).verdict is verdict


@pytest.mark.parametrize(("least", "verdict"), [(0, Verdict.FAILED), (19, Verdict.FAILED), (21, Verdict.SUCCESSFUL)])
def test_a_shift_too_small_to_matter_fails_nobody_however_sure_it_is(least: float, verdict: Verdict) -> None:
    rule = SeriesRule("latency", least=least)
    assert judge_series(around(120, 30), around(100, 30), rule, TEN_MINUTES).verdict is verdict
