"""Is the canary worse than the old release? From what its hosts and the old ones answered at the same time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from statistics import median

from bot.evidence import ORDER, Counts, Evidence, Judgement, Limit, Reading, Sample, Verdict, judgement
from bot.fleet.analysis import Analysis
from bot.model import HostState, Probe
from bot.plan.judge.counts import CountRule, judge_counts
from bot.plan.judge.limits import Bounds, Condition, Limits, Tally, counted, measured, violated
from bot.plan.judge.series import SeriesRule, judge_series
from bot.plan.metrics import MetricRules, judge_metric, rules_of_metric
from bot.records import HostLine

ERRORS, LATENCY = "errors", "latency"
MS = timedelta(milliseconds=1)
VERDICTS = {
    Limit.FAILURES: Verdict.FAILED,
    Limit.ERRORS: Verdict.ERROR,
    Limit.UNCLEAR: Verdict.INCONCLUSIVE,
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The fleet file's words as the judge wants them; shares from 0 to 1, latency in milliseconds."""

    every: timedelta
    errors: CountRule
    latency: SeriesRule
    bad: Condition
    slow: Condition | None
    limits: Limits
    metrics: tuple[MetricRules, ...] = ()


def rules_of(analysis: Analysis) -> Rules:
    latency, errors = analysis.latency, analysis.errors
    return Rules(
        every=analysis.every,
        errors=CountRule(ERRORS, least=errors.requests, least_increase=errors.increase),
        latency=SeriesRule(LATENCY, allowed=latency.allowed, least=latency.increase / MS, promote_from=latency.points),
        bad=Condition(fails=Bounds(least=errors.most)),
        slow=Condition(passes=Bounds(most=latency.most / MS)) if latency.most else None,
        limits=Limits(interval=analysis.every, initial_delay=timedelta(0)),
        metrics=tuple(map(rules_of_metric, analysis.metrics)),
    )


def old_hosts(lines: Iterable[HostLine], canary: int) -> list[str]:
    """Hosts of later batches than the canary's that run something: what it is compared with."""
    return [line.host for line in lines if line.batch > canary and line.before and line.state is HostState.WAITING]


def sampled(number: int, host: str, canary: bool, probes: Sequence[Probe]) -> Sample:
    """One host's interval. How fast a bad answer came says nothing of the release's speed."""
    good = [probe.latency * 1000 for probe in probes if probe.ok]
    return Sample(number, host, canary, len(probes), len(probes) - len(good), median(good) if good else None)


def judge(samples: Sequence[Sample], rules: Rules, readings: Sequence[Reading] = ()) -> Judgement:
    """All that was seen so far. A broken hard limit decides alone, the worst of them first."""
    judged = [judge_metric([one for one in readings if one.metric == rule.name], rule) for rule in rules.metrics]
    evidence = (*_evidence(samples, rules), *(one.evidence for one in judged))
    limits = [(limit, "") for limit in _broken(samples, rules)]
    limits += [(one.limit, one.evidence.metric) for one in judged if one.limit]
    if not limits:
        return judgement(evidence)
    limit, metric = max(limits, key=lambda one: ORDER.index(VERDICTS[one[0]]))
    return Judgement(VERDICTS[limit], evidence, limit, metric)


def _broken(samples: Sequence[Sample], rules: Rules) -> list[Limit]:
    """The hard limit that the health question's answers break, if any."""
    broken = violated(tally(samples, rules), rules.limits)
    return [limit for limit in (Limit.FAILURES, Limit.ERRORS) if VERDICTS[limit] is broken]


def tally(samples: Sequence[Sample], rules: Rules) -> Tally:
    """The intervals counted as Argo Rollouts counts measurements."""
    found = Tally()
    for _, together in groupby(sorted(samples, key=lambda one: one.number), key=lambda one: one.number):
        found = counted(found, measurement(list(together), rules))
    return found


def measurement(together: Sequence[Sample], rules: Rules) -> Verdict:
    """One interval. Where every old host does as badly it is no measurement of the canary: the network may be away."""
    bad = [(one.canary, _bad(one, rules)) for one in together if one.requests]
    if not any(failed for canary, failed in bad if canary):
        return Verdict.SUCCESSFUL
    old = [failed for canary, failed in bad if not canary]
    return Verdict.ERROR if old and all(old) else Verdict.FAILED


def _bad(sample: Sample, rules: Rules) -> bool:
    if measured(sample.errors / sample.requests, rules.bad) is Verdict.FAILED:
        return True
    return rules.slow is not None and measured(sample.latency, rules.slow) is Verdict.FAILED


def _evidence(samples: Sequence[Sample], rules: Rules) -> tuple[Evidence, ...]:
    canary = [one for one in samples if one.canary]
    old = [one for one in samples if not one.canary]
    elapsed = rules.every * len({one.number for one in samples})
    errors = judge_counts(_counts(canary), _counts(old), rules.errors, elapsed)
    if errors.verdict is Verdict.SUCCESSFUL and not _latencies(old):
        return (errors,)  # the old release answers nothing well: its speed must not keep its fix out
    return errors, judge_series(_latencies(canary), _latencies(old), rules.latency, elapsed)


def _counts(samples: Iterable[Sample]) -> Counts:
    told = list(samples)
    return Counts(sum(one.requests for one in told), sum(one.errors for one in told))


def _latencies(samples: Iterable[Sample]) -> tuple[float, ...]:
    return tuple(one.latency for one in samples if one.latency is not None)
