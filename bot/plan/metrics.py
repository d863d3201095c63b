"""What a canary's metrics say: each beside the old release's, and each held to its hard limits."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import fmean

from bot.evidence import Because, Counts, Evidence, Limit, Method, Reading, Series, Verdict
from bot.fleet.metrics import Metric
from bot.plan.judge.counts import CountRule, judge_counts
from bot.plan.judge.limits import Bounds, Condition, Limits, Tally, counted, measured, stopped, violated
from bot.plan.judge.series import SeriesRule, judge_series

LIMITS = {Verdict.FAILED: Limit.FAILURES, Verdict.ERROR: Limit.ERRORS, Verdict.INCONCLUSIVE: Limit.UNCLEAR}
NAMED = 3  # hosts, at most, that a trouble names
IMPOSSIBLE = "there are more errors than requests: check the two queries"
MORE_ERRORS = 1.05  # times the requests: what extrapolating two counters may differ by


@dataclass(frozen=True, slots=True)
class MetricRules:
    """One metric of the fleet file as the judge wants it. An interval whose numbers did not come is settled when `lag`
    more have ended: until then they may be on their way.
    """

    name: str
    unit: str
    every: timedelta
    lag: int
    compare: bool
    series: SeriesRule
    counts: CountRule | None
    passes: Condition | None
    limits: Limits


@dataclass(frozen=True, slots=True)
class Judged:
    """One metric: what it rests on, and the hard limit that was broken."""

    evidence: Evidence
    limit: Limit | None = None


def rules_of_metric(metric: Metric) -> MetricRules:
    counts = metric.counts
    return MetricRules(
        name=metric.name,
        unit=metric.unit,
        every=metric.every,
        lag=math.ceil(metric.late / metric.every),
        compare=metric.compare,
        series=SeriesRule(
            metric.name, metric.worse, allowed=metric.allowed, least=metric.increase, promote_from=metric.points
        ),
        counts=CountRule(metric.name, least=counts.enough, least_increase=counts.increase) if counts else None,
        passes=Condition(passes=Bounds(metric.least, metric.most)) if metric.limited else None,
        limits=Limits(metric.failure_limit, metric.inconclusive_limit, metric.error_limit, interval=metric.every),
    )


def judge_metric(readings: Sequence[Reading], rules: MetricRules) -> Judged:
    """Of this metric's readings, in any order. No number never makes it successful."""
    found = tally(readings, rules)
    broken = violated(found, rules.limits)
    evidence = _compared(readings, rules) if rules.compare else _held(readings, rules, found)
    wanting = broken is not None or evidence.verdict is Verdict.INCONCLUSIVE
    trouble = evidence.trouble or (trouble_of(readings) if wanting else "")
    return Judged(replace(evidence, unit=rules.unit, trouble=trouble), LIMITS[broken] if broken else None)


def tally(readings: Iterable[Reading], rules: MetricRules) -> Tally:
    """The intervals counted as Argo Rollouts counts measurements, those left out whose numbers may still come."""
    intervals: dict[int, list[Reading]] = defaultdict(list)
    for reading in readings:
        intervals[reading.number].append(reading)
    newest, found = max(intervals, default=0), Tally()
    for number, together in sorted(intervals.items()):
        coming = newest - number < rules.lag and any(one.value is None for one in together if one.canary)
        found = found if coming else counted(found, measurement(together, rules))
    return found


def measurement(together: Sequence[Reading], rules: MetricRules) -> Verdict:
    """One interval of the canary's hosts. Where every old host is as far beyond the limit it tells nothing of them."""
    canary = [one for one in together if one.canary]
    if any(one.failed for one in canary):
        return Verdict.ERROR
    if not canary or any(one.value is None for one in canary):
        return Verdict.INCONCLUSIVE
    if rules.passes is None:
        return Verdict.SUCCESSFUL
    found = [measured(number_of(one), rules.passes) for one in canary]
    if Verdict.FAILED not in found:
        return Verdict.INCONCLUSIVE if Verdict.INCONCLUSIVE in found else Verdict.SUCCESSFUL
    old = [measured(number_of(one), rules.passes) for one in together if not one.canary and one.value is not None]
    return Verdict.INCONCLUSIVE if old and set(old) == {Verdict.FAILED} else Verdict.FAILED


def number_of(reading: Reading) -> float | None:
    """The value, or the share of errors; None without requests."""
    if reading.requests is None or reading.value is None:
        return reading.value
    return reading.value / reading.requests if reading.requests else None


def trouble_of(readings: Iterable[Reading]) -> str:
    """`the query returned nothing for web1`: of the newest interval in which something was lacking, canary first."""
    lacking = [one for one in readings if one.trouble]
    if not lacking:
        return ""
    first = min(lacking, key=lambda one: (-one.number, not one.canary, one.host))
    alike = [one for one in lacking if (one.number, one.trouble) == (first.number, first.trouble)]
    names = sorted({one.host for one in alike})
    return f"{first.trouble} for {', '.join(names[:NAMED])}{' and others' if len(names) > NAMED else ''}"


def _compared(readings: Sequence[Reading], rules: MetricRules) -> Evidence:
    canary = [one for one in readings if one.canary]
    old = [one for one in readings if not one.canary]
    elapsed = rules.every * len({one.number for one in readings})
    if rules.counts:
        return _of_counts(canary, old, rules.counts, elapsed)
    found = judge_series(_values(canary), _values(old), rules.series, elapsed)
    if found.method is Method.COUNTS and found.because is Because.TOO_FEW:
        return replace(found, because=Because.SPARSE, missing=None)
    return found


def _of_counts(canary: Sequence[Reading], old: Sequence[Reading], rule: CountRule, elapsed: timedelta) -> Evidence:
    ours, theirs = _counts(canary), _counts(old)
    if ours is None or theirs is None:
        return Evidence(rule.metric, Method.COUNTS, Verdict.INCONCLUSIVE, Because.NO_DATA, 0, 0, trouble=IMPOSSIBLE)
    return judge_counts(ours, theirs, rule, elapsed)


def _counts(readings: Iterable[Reading]) -> Counts | None:
    """All together in whole numbers; None where there are more errors than requests can have."""
    told = [(one.requests, one.value) for one in readings if one.requests is not None and one.value is not None]
    requests, errors = sum(one for one, _ in told), sum(one for _, one in told)
    if not 0 <= errors <= requests * MORE_ERRORS:
        return None
    return Counts(round(requests), min(round(errors), round(requests)))


def _held(readings: Sequence[Reading], rules: MetricRules, found: Tally) -> Evidence:
    """Of a metric that is not compared: the canary's mean, and whether it kept to its limits."""
    seen = [number for one in readings if one.canary and (number := number_of(one)) is not None]
    verdict = stopped(found, rules.limits)
    return Evidence(
        metric=rules.name,
        method=Method.LIMITS,
        verdict=Verdict.INCONCLUSIVE if verdict is Verdict.ERROR else verdict,
        because=Because.WITHIN if verdict is Verdict.SUCCESSFUL else Because.WORSE if seen else Because.NO_DATA,
        canary_n=len(seen),
        baseline_n=0,
        canary=fmean(seen) if seen else None,
    )


def _values(readings: Iterable[Reading]) -> Series:
    return tuple(one.value for one in readings if one.value is not None)


def due(ended: int, readings: Iterable[Reading], hosts: Sequence[str], lag: int) -> Mapping[int, Sequence[str]]:
    """Which hosts are to be asked of which interval, when `ended` intervals have ended.

    Whatever was never asked, however long ago: a crash loses nothing. What had no number is asked again with each new
    interval until `lag` more have ended.
    """
    known = {(one.number, one.host): one for one in readings}
    if ended - 1 <= max((number for number, _ in known), default=-1):
        return {}
    wanted = {
        number: [host for host in hosts if _open(known.get((number, host)), ended, lag)] for number in range(ended)
    }
    return {number: lacking for number, lacking in wanted.items() if lacking}


def _open(reading: Reading | None, ended: int, lag: int) -> bool:
    return reading is None or (reading.value is None and ended - 1 - reading.number <= lag)
