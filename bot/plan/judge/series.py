"""Latency and saturation: two series of the same time, canary beside baseline, by the rank test."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean

from bot.evidence import Because, Counts, Evidence, Method, Series, Verdict, Worse
from bot.plan.judge.counts import CountRule, judge_counts
from bot.plan.judge.ranks import Shift, rank_sum, shift
from bot.plan.judge.samples import known, missing, mostly_zero


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """Failed when the interval of the shift clears `tolerance` of the estimate and the means differ by `allowed`
    (1.10: a tenth more; for what is bad when low, a tenth less). The evidence says so when they differ by `critical`.
    A shift smaller than `least`, in the metric's unit, is nobody's trouble however sure it is.

    `judge_from` points on either side before anything is failed, `promote_from` before anything is successful: with
    3 points a canary that changed nothing fails in 5 % of all deploys, with 10 one that is half slower is caught in
    28 %, with 20 in 80 %. Tolerance and confidence are Kayenta's own.
    """

    metric: str
    worse: Worse = Worse.HIGHER
    allowed: float = 1.10
    critical: float = 1.5
    tolerance: float = 0.25
    confidence: float = 0.98
    least: float = 0.0
    judge_from: int = 10
    promote_from: int = 20


def judge_series(canary: Series, baseline: Series, rule: SeriesRule, elapsed: timedelta) -> Evidence:
    """`elapsed`: how long both were gathered. Points without a number are left out, mostly zero series are counted."""
    x, y = known(canary), known(baseline)
    if mostly_zero(x) or mostly_zero(y):
        return judge_counts(_counted(x, rule.worse), _counted(y, rule.worse), CountRule(rule.metric), elapsed)
    if not x or not y:
        return _unread(x, y, rule, elapsed)
    found, effect = shift(x, y, rule.confidence), _ratio(x, y)
    verdict, because = _verdict(min(len(x), len(y)), found, effect, rule)
    z = rank_sum(x, y)
    return Evidence(
        metric=rule.metric,
        method=Method.RANKS,
        verdict=verdict,
        because=because,
        canary_n=len(x),
        baseline_n=len(y),
        canary=fmean(x),
        baseline=fmean(y),
        effect=effect,
        interval=found.interval,
        p=z.p_higher if rule.worse is Worse.HIGHER else 1 - z.p_higher,
        missing=missing(len(x), len(y), rule.promote_from, elapsed) if verdict is not Verdict.FAILED else None,
    )


def _unread(x: Series, y: Series, rule: SeriesRule, elapsed: timedelta) -> Evidence:
    return Evidence(
        metric=rule.metric,
        method=Method.RANKS,
        verdict=Verdict.INCONCLUSIVE,
        because=Because.NO_DATA,
        canary_n=len(x),
        baseline_n=len(y),
        missing=missing(len(x), len(y), rule.promote_from, elapsed),
    )


def _verdict(n: int, found: Shift, effect: float | None, rule: SeriesRule) -> tuple[Verdict, Because]:
    if n >= rule.judge_from and _beyond(found, effect, rule, rule.allowed):
        far = _beyond(found, effect, rule, rule.critical)
        return Verdict.FAILED, Because.FAR_WORSE if far else Because.WORSE
    if n < rule.promote_from:
        return Verdict.INCONCLUSIVE, Because.TOO_FEW
    return Verdict.SUCCESSFUL, Because.WITHIN


def _beyond(found: Shift, effect: float | None, rule: SeriesRule, limit: float) -> bool:
    floor = rule.tolerance * abs(found.estimate)
    if abs(found.estimate) < rule.least:
        return False
    if rule.worse is Worse.HIGHER:
        return found.interval.low > floor and (effect is None or effect >= limit)
    return found.interval.high < -floor and (effect is None or effect <= 1 / limit)


def _ratio(x: Series, y: Series) -> float | None:
    """Canary mean to baseline mean; None where that says nothing."""
    return fmean(x) / fmean(y) if fmean(y) > 0 else None


def _counted(series: Series, worse: Worse) -> Counts:
    """Points as requests; the bad ones are those that are not zero, or that are when zero is the bad side."""
    zeros = sum(point == 0 for point in series)
    return Counts(len(series), zeros if worse is Worse.LOWER else len(series) - zeros)
