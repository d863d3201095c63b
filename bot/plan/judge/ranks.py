"""The rank-sum test (Mann-Whitney, Wilcoxon) and its confidence interval, by counting pairs.

Normal approximation with tie correction and continuity, as Kayenta's NetflixACAJudge uses it. Everything is relative
to the samples' own range: seconds and milliseconds give the same answer (an absolute tolerance would not).
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean

from bot.evidence import Interval

NORMAL = NormalDist()
FINENESS = 1e-13  # of the range: where bisection ends and the nearest true difference is taken
ROUNDING = 4  # last places of the largest number, below which no difference is told


@dataclass(frozen=True, slots=True)
class RankSum:
    """`z` is positive when x tends to be higher than y."""

    z: float

    @property
    def p_higher(self) -> float:
        """The one-sided probability of x standing this high if both came from one source."""
        return NORMAL.cdf(-self.z)

    @property
    def p_either(self) -> float:
        return min(1.0, 2 * NORMAL.cdf(-abs(self.z)))


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much x lies above y: the Hodges-Lehmann estimate and its interval, in the unit of the samples."""

    estimate: float
    interval: Interval


def rank_sum(x: Sequence[float], y: Sequence[float]) -> RankSum:
    """Both samples hold at least one finite number."""
    beside = sorted(y)
    above = sum(bisect_left(beside, value) + bisect_right(beside, value) for value in x) / 2
    distance = above - len(x) * len(y) / 2
    spread = _deviation(len(x), len(y), Counter([*x, *y]))
    return RankSum((distance - math.copysign(0.5, distance)) / spread if spread and distance else 0.0)


def shift(x: Sequence[float], y: Sequence[float], confidence: float = 0.98) -> Shift:
    """The bounds are where z(d), the test of x − d against y, crosses its critical values; with few points it may
    not, and then they are the ends of all differences. z falls only where d is a difference of a pair, so the bounds
    are such differences, and the estimate is the median of them.
    """
    high, low = sorted(x), sorted(y)
    pairs = len(x) * len(y)
    spread = _deviation(len(x), len(y), Counter(x), Counter(y))
    critical = NORMAL.inv_cdf((1 + confidence) / 2)
    outside = max(1, math.ceil(pairs / 2 + 0.5 - critical * spread) - 1)
    middle = {(pairs + 1) // 2, pairs // 2 + 1}
    return Shift(
        estimate=fmean(nth_difference(high, low, place) for place in middle),
        interval=Interval(nth_difference(high, low, outside), nth_difference(high, low, pairs + 1 - outside)),
    )


def _deviation(n: int, m: int, *ties: Counter[float]) -> float:
    """The standard deviation of the count of pairs. Samples shifted apart tie only within themselves."""
    total = n + m
    tied = sum(count**3 - count for counter in ties for count in counter.values())
    return math.sqrt(max(0.0, n * m / 12 * (total + 1 - tied / (total * (total - 1)))))


def nth_difference(x: Sequence[float], y: Sequence[float], wanted: int) -> float:
    """The `wanted`-th smallest (from 1) of all x − y, both sorted upwards, without making the list of them."""
    low, high = x[0] - y[-1], x[-1] - y[0]
    widest = max(abs(end) for end in (x[0], x[-1], y[0], y[-1]))
    fine = max((high - low) * FINENESS, ROUNDING * math.ulp(widest))
    if _at_most(x, y, low) >= wanted:
        return low
    while high - low > fine:
        middle = low + (high - low) / 2
        if _at_most(x, y, middle) >= wanted:
            high = middle
        else:
            low = middle
    return _largest_at_most(x, y, high + fine)


def _at_most(x: Sequence[float], y: Sequence[float], bound: float) -> int:
    """How many pairs differ by no more than the bound, give or take a rounding error."""
    return len(x) * len(y) - sum(bisect_left(y, value - bound) for value in x)


def _largest_at_most(x: Sequence[float], y: Sequence[float], bound: float) -> float:
    """The largest difference of a pair that is no more than the bound."""
    found, place = -math.inf, 0
    for value in x:
        while place < len(y) and value - y[place] > bound:
            place += 1
        if place == len(y):
            break
        found = max(found, value - y[place])
    return found
