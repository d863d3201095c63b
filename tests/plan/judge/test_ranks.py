"""The rank test beside scipy's, and the interval beside the plain definition of it."""

import math
import random
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from bot.plan.judge.ranks import NORMAL, nth_difference, rank_sum, shift

numbers = st.floats(-1e6, 1e6, allow_nan=False, width=32)
whole = st.integers(-4, 4).map(float)  # many ties
samples = st.lists(numbers, min_size=1, max_size=30) | st.lists(whole, min_size=1, max_size=30)


@given(samples, samples)
def test_the_rank_test_agrees_with_scipy(x: list[float], y: list[float]) -> None:
    assume(len(set(x + y)) > 1)  # scipy answers NaN for one value over and over
    peer = stats.mannwhitneyu(x, y, alternative="two-sided", method="asymptotic")
    assert rank_sum(x, y).p_either == pytest.approx(peer.pvalue, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("seed", range(20))
def test_the_one_sided_probability_agrees_with_scipy(seed: int) -> None:
    source = random.Random(seed)
    x, y = ([round(source.gauss(mean, 1), 1) for _ in range(25)] for mean in (source.random(), 0))
    ours = rank_sum(x, y)
    if ours.z > 0:
        peer = stats.mannwhitneyu(x, y, alternative="greater", method="asymptotic")
        assert ours.p_higher == pytest.approx(peer.pvalue, rel=1e-9)
    peer = stats.mannwhitneyu(x, y, method="asymptotic")
    assert (ours.p_either < 0.02) is bool(peer.pvalue < 0.02)


@pytest.mark.parametrize(
    ("x", "y", "z"),
    [
        ([1.0, 1.0], [1.0, 1.0], 0.0),  # one value overall
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([5.0], [1.0], 0.0),  # a pair proves nothing: the continuity takes it all
        ([3.0, 4.0], [1.0, 2.0], 1.161895),
        ([1.0, 2.0], [3.0, 4.0], -1.161895),
    ],
)
def test_z_by_hand(x: list[float], y: list[float], z: float) -> None:
    assert rank_sum(x, y).z == pytest.approx(z, abs=1e-6)


@given(samples, samples)
def test_the_nth_difference_is_that_of_the_whole_list(x: list[float], y: list[float]) -> None:
    every = sorted(a - b for a in x for b in y)
    slack = (every[-1] - every[0]) * 1e-12 + 8 * math.ulp(max(map(abs, x + y)))
    for wanted in {1, len(every) // 3 + 1, len(every)}:
        assert nth_difference(sorted(x), sorted(y), wanted) == pytest.approx(every[wanted - 1], abs=slack, rel=0)


@given(samples, samples)
def test_the_bounds_lie_around_the_estimate_and_within_the_differences(x: list[float], y: list[float]) -> None:
    found = shift(x, y)
    ends = min(x) - max(y), found.interval.low, found.estimate, found.interval.high, max(x) - min(y)
    slack = 1e-9 * max(1.0, *map(abs, ends))
    assert all(one <= two + slack for one, two in pairwise(ends))


@given(samples, samples)
def test_exchanging_the_samples_turns_the_interval_round(x: list[float], y: list[float]) -> None:
    one, two = shift(x, y), shift(y, x)
    slack = 1e-9 * max(1.0, *map(abs, x + y))
    assert one.interval.low == pytest.approx(-two.interval.high, abs=slack)
    assert one.estimate == pytest.approx(-two.estimate, abs=slack)


@pytest.mark.parametrize("confidence", [0.9, 0.98])
@pytest.mark.parametrize("seed", range(15))
def test_the_bounds_are_where_z_crosses_its_critical_values(seed: int, confidence: float) -> None:
    source = random.Random(seed)
    x = [source.lognormvariate(0.3, 0.5) for _ in range(source.randint(8, 40))]
    y = [source.lognormvariate(0.0, 0.5) for _ in range(source.randint(8, 40))]
    critical = NORMAL.inv_cdf((1 + confidence) / 2)
    bounds = shift(x, y, confidence).interval
    for bound, sign in ((bounds.low, 1), (bounds.high, -1)):
        before = rank_sum([value - bound + 1e-9 for value in x], y).z
        after = rank_sum([value - bound - 1e-9 for value in x], y).z
        assert before >= sign * critical >= after


@pytest.mark.parametrize("unit", [1e-9, 1e-5, 1e-3, 1, 1e3, 1e9])
def test_the_unit_changes_nothing_but_the_unit(unit: float) -> None:
    source = random.Random(7)
    x = [source.lognormvariate(0, 0.3) * 1.6 for _ in range(30)]
    y = [source.lognormvariate(0, 0.3) for _ in range(30)]
    plain, scaled = shift(x, y), shift([value * unit for value in x], [value * unit for value in y])
    assert scaled.interval.low == pytest.approx(plain.interval.low * unit, rel=1e-9)
    assert scaled.interval.high == pytest.approx(plain.interval.high * unit, rel=1e-9)
    assert scaled.estimate == pytest.approx(plain.estimate * unit, rel=1e-9)


def test_constant_series_have_an_exact_shift() -> None:
    found = shift([5.0] * 12, [4.0] * 12)
    assert (found.estimate, found.interval.low, found.interval.high) == (1.0, 1.0, 1.0)


def test_too_few_points_leave_the_interval_as_wide_as_the_differences() -> None:
    found = shift([3.0, 4.0], [1.0, 2.0]).interval
    assert (found.low, found.high) == (1.0, 3.0)


def test_mostly_zero_series_have_no_shift_at_all() -> None:
    """Why such series are counted: 30 % against 8 % of points that are not zero, and the estimate is nothing."""
    found = shift([0.0] * 147 + [4.4] * 63, [0.0] * 193 + [1.0] * 17)
    assert (found.estimate, found.interval.low) == (0.0, 0.0)
