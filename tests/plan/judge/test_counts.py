"""Two proportions on counts, beside scipy and beside the examples of Newcombe's paper."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bot.evidence import Because, Counts, Method, Missing, Verdict
from bot.plan.judge.counts import CountRule, difference, judge_counts, two_proportions, wilson
from bot.plan.judge.ranks import NORMAL

RULE = CountRule("errors")
TEN_MINUTES = timedelta(minutes=10)
NORMAL_95 = NORMAL.inv_cdf(0.975)
some_counts = st.integers(1, 5000).flatmap(lambda n: st.builds(Counts, st.just(n), st.integers(0, n)))


@pytest.mark.parametrize(
    ("canary", "baseline", "verdict", "because"),
    [
        ((0, 0), (5000, 25), Verdict.INCONCLUSIVE, Because.NO_DATA),
        ((500, 3), (0, 0), Verdict.INCONCLUSIVE, Because.NO_DATA),
        ((0, 0), (0, 0), Verdict.INCONCLUSIVE, Because.NO_DATA),
        ((199, 199), (1800, 9), Verdict.INCONCLUSIVE, Because.TOO_FEW),  # the hard limits stop this one
        ((1000, 0), (199, 0), Verdict.INCONCLUSIVE, Because.TOO_FEW),
        ((200, 1), (1800, 9), Verdict.SUCCESSFUL, Because.WITHIN),
        ((200, 10), (1800, 9), Verdict.FAILED, Because.WORSE),  # 5 % beside 0.5 %
        ((200, 0), (1800, 0), Verdict.SUCCESSFUL, Because.WITHIN),  # no errors anywhere
        ((200, 200), (200, 200), Verdict.SUCCESSFUL, Because.WITHIN),  # all broken, before as after: not its doing
        ((200, 1), (1800, 0), Verdict.SUCCESSFUL, Because.WITHIN),  # one bad request is no proof
        ((200, 2), (1800, 0), Verdict.SUCCESSFUL, Because.WITHIN),
        ((200, 3), (1800, 0), Verdict.FAILED, Because.WORSE),
        ((100_000, 700), (900_000, 4500), Verdict.SUCCESSFUL, Because.WITHIN),  # sure, and too small to matter
        ((100_000, 1000), (900_000, 4500), Verdict.FAILED, Because.WORSE),
        ((1000, 5), (9000, 900), Verdict.SUCCESSFUL, Because.WITHIN),  # better
    ],
)
def test_the_verdict_on_errors(
    canary: tuple[int, int], baseline: tuple[int, int], verdict: Verdict, because: Because
) -> None:
    found = judge_counts(Counts(*canary), Counts(*baseline), RULE, TEN_MINUTES)
    assert (found.verdict, found.because, found.method) == (verdict, because, Method.COUNTS)


def test_the_evidence_shows_what_it_rests_on() -> None:
    found = judge_counts(Counts(400, 20), Counts(3600, 18), RULE, TEN_MINUTES)
    assert (found.metric, found.canary_n, found.baseline_n, found.missing) == ("errors", 400, 3600, None)
    assert (found.canary, found.baseline, found.effect) == pytest.approx((0.05, 0.005, 0.045))
    assert found.interval is not None
    assert 0.02 < found.interval.low < 0.045 < found.interval.high < 0.09
    assert found.p is not None
    assert found.p < 1e-9


def test_what_is_missing_is_said_in_requests_and_minutes() -> None:
    found = judge_counts(Counts(50, 0), Counts(450, 2), RULE, TEN_MINUTES)
    assert found.missing == Missing(canary=150, baseline=0, wait=timedelta(minutes=30))


def test_without_traffic_there_is_nothing_to_compare_and_no_end_in_sight() -> None:
    found = judge_counts(Counts(0, 0), Counts(450, 2), RULE, TEN_MINUTES)
    assert (found.canary, found.effect, found.interval, found.p) == (None, None, None, None)
    assert found.missing == Missing(canary=200, baseline=0, wait=None)


@given(some_counts, some_counts)
def test_the_statistic_is_the_root_of_the_chi_square(canary: Counts, baseline: Counts) -> None:
    errors = canary.errors + baseline.errors
    z = two_proportions(canary, baseline)
    if errors in (0, canary.requests + baseline.requests):
        assert z == 0
        return
    table = [[one.errors, one.requests - one.errors] for one in (canary, baseline)]
    assert abs(z) == pytest.approx(math.sqrt(stats.chi2_contingency(table, correction=False).statistic), abs=1e-6)


@given(some_counts, some_counts)
def test_the_interval_holds_the_difference(canary: Counts, baseline: Counts) -> None:
    found = difference(canary, baseline, 0.98)
    assert -1 - 1e-9 <= found.low <= canary.share - baseline.share + 1e-9
    assert canary.share - baseline.share - 1e-9 <= found.high <= 1 + 1e-9


@pytest.mark.parametrize(
    ("canary", "baseline", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((70, 56), (80, 48), 0.0524, 0.3339),
        ((10, 9), (10, 3), 0.1705, 0.8090),
        ((7, 6), (7, 2), 0.0582, 0.8062),
        ((56, 5), (29, 0), -0.0381, 0.1926),
        ((10, 0), (20, 0), -0.1611, 0.2775),
        ((10, 10), (10, 0), 0.6075, 1.0),
    ],
)
def test_the_interval_is_newcombes(canary: tuple[int, int], baseline: tuple[int, int], low: float, high: float) -> None:
    found = difference(Counts(*canary), Counts(*baseline), 0.95)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


@given(some_counts)
def test_the_interval_of_one_share_is_scipys(counts: Counts) -> None:
    peer = stats.binomtest(counts.errors, counts.requests).proportion_ci(0.95, method="wilson")
    found = wilson(counts, NORMAL_95)
    assert (found.low, found.high) == pytest.approx((peer.low, peer.high), abs=1e-9)


@pytest.mark.parametrize(("requests", "errors"), [(10, 11), (-1, -1), (10, -1)])
def test_counts_that_cannot_be_are_refused(requests: int, errors: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        Counts(requests, errors)


@pytest.mark.parametrize("times", [4, 9, 19, 99])
def test_three_errors_beside_none_are_beyond_chance_by_the_exact_test_too(times: int) -> None:
    table = [[3, 197], [0, 200 * times]]
    assert stats.fisher_exact(table, alternative="greater").pvalue < 0.01
