"""Errors: two shares, compared on counts. A rate per minute would hide how few requests it rests on."""

import math
from dataclasses import dataclass
from datetime import timedelta

from bot.evidence import Because, Counts, Evidence, Interval, Method, Verdict
from bot.plan.judge.ranks import NORMAL
from bot.plan.judge.samples import missing


@dataclass(frozen=True, slots=True)
class CountRule:
    """Failed when the canary's share of errors is higher beyond chance and by `least_increase` (0.005: half a point).

    200 requests tell 5 % errors from 0.5 % nearly always, 2 % only every second time; 1,000 tell 2 %, 5,000 tell 1 %.
    Fewer than `least` on either side settle nothing. `least_errors`: beside a baseline without errors the normal
    approximation would take one bad request in 200 for proof.
    """

    metric: str
    least: int = 200
    least_increase: float = 0.005
    least_errors: int = 3
    confidence: float = 0.98


def judge_counts(canary: Counts, baseline: Counts, rule: CountRule, elapsed: timedelta) -> Evidence:
    """`elapsed`: how long both were counted, at the same time."""
    verdict, because = _verdict(canary, baseline, rule)
    both = bool(canary.requests and baseline.requests)
    return Evidence(
        metric=rule.metric,
        method=Method.COUNTS,
        verdict=verdict,
        because=because,
        canary_n=canary.requests,
        baseline_n=baseline.requests,
        canary=canary.share if canary.requests else None,
        baseline=baseline.share if baseline.requests else None,
        effect=canary.share - baseline.share if both else None,
        interval=difference(canary, baseline, rule.confidence) if both else None,
        p=NORMAL.cdf(-two_proportions(canary, baseline)) if both else None,
        missing=missing(canary.requests, baseline.requests, rule.least, elapsed),
    )


def _verdict(canary: Counts, baseline: Counts, rule: CountRule) -> tuple[Verdict, Because]:
    fewest = min(canary.requests, baseline.requests)
    if fewest < rule.least:
        return Verdict.INCONCLUSIVE, Because.TOO_FEW if fewest else Because.NO_DATA
    critical = NORMAL.inv_cdf((1 + rule.confidence) / 2)
    proved = two_proportions(canary, baseline) > critical and canary.errors >= rule.least_errors
    if proved and canary.share - baseline.share >= rule.least_increase:
        return Verdict.FAILED, Because.WORSE
    return Verdict.SUCCESSFUL, Because.WITHIN


def two_proportions(canary: Counts, baseline: Counts) -> float:
    """z of the difference of two shares, with the pooled variance; positive when the canary's is higher."""
    pooled = (canary.errors + baseline.errors) / (canary.requests + baseline.requests)
    variance = pooled * (1 - pooled) * (1 / canary.requests + 1 / baseline.requests)
    return (canary.share - baseline.share) / math.sqrt(variance) if variance else 0.0


def difference(canary: Counts, baseline: Counts, confidence: float) -> Interval:
    """Newcombe's interval of the difference of two shares (Statistics in Medicine 17, 1998, method 10): it does not
    shrink to nothing where one side has no errors at all.
    """
    critical = NORMAL.inv_cdf((1 + confidence) / 2)
    one, two = wilson(canary, critical), wilson(baseline, critical)
    apart = canary.share - baseline.share
    return Interval(
        apart - math.hypot(canary.share - one.low, two.high - baseline.share),
        apart + math.hypot(one.high - canary.share, baseline.share - two.low),
    )


def wilson(counts: Counts, critical: float) -> Interval:
    """Wilson's score interval of one share."""
    n, share, square = counts.requests, counts.share, critical * critical
    centre = (share + square / (2 * n)) / (1 + square / n)
    reach = critical / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return Interval(max(0.0, centre - reach), min(1.0, centre + reach))
