"""How often the judge cries wolf, and how often it sees one: the tables of our notes on Kayenta's judge.

Seeded simulations; the bounds leave three standard errors of the simulated share on either side.
"""

import math
from datetime import timedelta

import numpy as np
import pytest
from scipy import stats

from bot.evidence import Counts, Series, Verdict, Worse
from bot.plan.judge.counts import CountRule, judge_counts, two_proportions
from bot.plan.judge.ranks import rank_sum, shift
from bot.plan.judge.series import SeriesRule, judge_series

MINUTES = timedelta(minutes=10)
SIGMA = 0.3
UNGUARDED = SeriesRule("latency", allowed=1.0, judge_from=1, promote_from=1)
EITHER_WAY = (UNGUARDED, SeriesRule("latency", worse=Worse.LOWER, allowed=1.0, judge_from=1, promote_from=1))


def latencies(source: np.random.Generator, n: int, times: float = 1.0) -> Series:
    return tuple((times * source.lognormal(0, SIGMA, n)).tolist())


def near(share: float, expected: float, rounds: int, rounding: float) -> bool:
    """Whether a simulated share is that of the table, which gives it to within `rounding`."""
    return abs(share - expected) <= rounding + 3 * math.sqrt(2 * expected * (1 - expected) / rounds)


@pytest.mark.parametrize(
    ("n", "rounds", "expected"),
    [(2, 1000, 0.24), (3, 2000, 0.051), (4, 2000, 0.012), (5, 2000, 0.002), (10, 1000, 0.004)],
)
def test_false_alarms_without_a_guard_by_number_of_points(n: int, rounds: int, expected: float) -> None:
    source = np.random.default_rng(n)
    alarms = 0
    for _ in range(rounds):
        canary, baseline = latencies(source, n), latencies(source, n)
        alarms += any(judge_series(canary, baseline, rule, MINUTES).verdict is Verdict.FAILED for rule in EITHER_WAY)
    assert near(alarms / rounds, expected, rounds, 0.001)


@pytest.mark.parametrize("n", [2, 3, 9])
def test_with_its_guard_the_judge_fails_nobody_on_so_few_points(n: int) -> None:
    source = np.random.default_rng(n)
    rule = SeriesRule("latency")
    verdicts = {judge_series(latencies(source, n, 3), latencies(source, n), rule, MINUTES).verdict for _ in range(100)}
    assert verdicts == {Verdict.INCONCLUSIVE}


@pytest.mark.parametrize(
    ("times", "n", "expected"), [(1.5, 10, 0.28), (1.5, 20, 0.80), (1.5, 30, 0.98), (1.25, 30, 0.31), (1.25, 60, 0.79)]
)
def test_power_by_number_of_points(times: float, n: int, expected: float) -> None:
    """As shipped: that a tenth more is allowed costs no power against a quarter more."""
    source, rounds = np.random.default_rng(n), 300
    rule = SeriesRule("latency")
    caught = sum(
        judge_series(latencies(source, n, times), latencies(source, n), rule, MINUTES).verdict is Verdict.FAILED
        for _ in range(rounds)
    )
    assert near(caught / rounds, expected, rounds, 0.01)


@pytest.mark.parametrize("times", [1.0, 1.25, 1.5])
def test_the_interval_decides_as_scipys_rank_test_does(times: float) -> None:
    source = np.random.default_rng(3)
    decided = set()
    for _ in range(200):
        canary, baseline = latencies(source, 20, times), latencies(source, 20)
        peer = stats.mannwhitneyu(canary, baseline, method="asymptotic")
        assert rank_sum(canary, baseline).p_either == pytest.approx(peer.pvalue, rel=1e-9)
        bounds = shift(canary, baseline, 0.98).interval
        assert (bounds.low > 0 or bounds.high < 0) is bool(peer.pvalue < 0.02)
        decided.add(bool(peer.pvalue < 0.02))
    assert True in decided


ERRORS = 0.005  # of the baseline, which has nine times the canary's traffic


def simulated(source: np.random.Generator, requests: int, share: float, base: float) -> tuple[Counts, Counts]:
    return (
        Counts(requests, int(source.binomial(requests, share))),
        Counts(9 * requests, int(source.binomial(9 * requests, base))),
    )


@pytest.mark.parametrize(
    ("requests", "share", "expected"), [(200, 0.05, 0.985), (200, 0.02, 0.51), (1000, 0.02, 0.98), (5000, 0.01, 0.96)]
)
def test_power_by_number_of_requests(requests: int, share: float, expected: float) -> None:
    source, rounds = np.random.default_rng(requests), 2000
    rule = CountRule("errors", least_increase=0)  # at half a point more, half of all samples show less than that
    caught = sum(
        judge_counts(*simulated(source, requests, share, ERRORS), rule, MINUTES).verdict is Verdict.FAILED
        for _ in range(rounds)
    )
    assert near(caught / rounds, expected, rounds, 0.01)


@pytest.mark.parametrize(("requests", "most"), [(200, 0.033), (1000, 0.024), (5000, 0.014)])
def test_false_alarms_by_number_of_requests(requests: int, most: float) -> None:
    """Of the statistic alone: 1 to 3 %; the guards only take from these."""
    source, rounds = np.random.default_rng(1), 5000
    alarms = sum(two_proportions(*simulated(source, requests, ERRORS, ERRORS)) > 2.326 for _ in range(rounds))
    assert 0.006 <= alarms / rounds <= most


@pytest.mark.parametrize("requests", [200, 500, 1000])
def test_where_errors_are_rare_a_few_of_them_raise_no_alarm(requests: int) -> None:
    """One error in 2,000: the statistic alone would stop one good deploy in thirty."""
    source, rounds = np.random.default_rng(1), 3000
    pairs = [simulated(source, requests, 0.0005, 0.0005) for _ in range(rounds)]
    assert sum(two_proportions(*pair) > 2.326 for pair in pairs) / rounds > 0.025
    judged = [judge_counts(*pair, CountRule("errors"), MINUTES).verdict for pair in pairs]
    assert judged.count(Verdict.FAILED) / rounds < 0.005
