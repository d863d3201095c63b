"""Asks each metric of an analysis once before a deploy begins: one that does not exist is said then, not after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.backends.base import ListedMetrics, Value
from bot.engine.clock import Clock
from bot.engine.metering import questions
from bot.engine.sites import Sites
from bot.engine.sought import sought
from bot.fleet.metrics import Metric
from bot.plan.measurable import Trial, unasked, unmeasurable
from bot.plan.stages import CANARY
from bot.questions.numbers import CloudMetric, MetricQuestion
from bot.records import Plan, StageKind
from bot.refusals import Reason, Refusal

FEW = 5  # hosts that are asked: a metric that none of them has is not there
log = structlog.get_logger(__name__)
Values = Mapping[MetricQuestion, Value]


@dataclass(frozen=True, slots=True)
class Measurable:
    """A line for each metric that the analysis could never tell by, and for each that could not be asked."""

    lacking: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """One metric of one host, and what is asked for it."""

    metric: Metric
    host: str
    questions: tuple[MetricQuestion, ...]

    @property
    def needed(self) -> tuple[MetricQuestion, ...]:
        """Of counts whose errors are sparse only the requests must be there."""
        sparse = self.metric.counts is not None and self.metric.counts.sparse
        return self.questions[-1:] if sparse else self.questions


class MetricGate:
    def __init__(self, metrics: ListedMetrics, sites: Sites, clock: Clock) -> None:
        self._metrics = metrics
        self._sites = sites
        self._clock = clock

    def bar(self, plan: Plan) -> Refusal | None:
        """A source that cannot be asked now bars nothing: the analysis asks again, and people if that lasts."""
        found = self.measurable(plan)
        if found.unasked:
            log.warning("metrics could not be asked before a deploy", target=str(plan.target), metrics=found.unasked)
        return Refusal(Reason.UNMEASURABLE, known=found.lacking, target=plan.target) if found.lacking else None

    def measurable(self, plan: Plan) -> Measurable:
        """Nothing where no old release stands to be asked about, or nothing is compared."""
        watched = any(stage.kind is StageKind.BAKE for stage in plan.stages)
        place = self._sites.place(plan.target, plan.strategy)
        if plan.fallback is None or not watched or place.analysis is None:
            return Measurable()
        old = [name for batch in plan.batches[CANARY + 1 :] for name in batch if name in place.hosts][:FEW]
        metrics = place.analysis.metrics
        hosts = place.hosts_of(old)
        tried = [Tried(metric, host.name, questions(metric, host, place)) for metric in metrics for host in hosts]
        values = self._values(tried)
        trials = [_trial(one, values) for one in tried]
        return Measurable(unmeasurable(trials, {one.name for one in metrics if one.compare}), unasked(trials))

    def _values(self, tried: Sequence[Tried]) -> Values:
        """What each question got, as of the time by which its newest point must have come."""
        found: dict[MetricQuestion, Value] = {}
        for late in dict.fromkeys(one.metric.late for one in tried):
            asks = list(dict.fromkeys(ask for one in tried if one.metric.late == late for ask in one.questions))
            found |= zip(asks, self._metrics.read(asks, self._clock.now() - late), strict=True)
        return found | sought(self._metrics, _silent(tried, found))


def _silent(tried: Sequence[Tried], values: Values) -> list[CloudMetric]:
    """What CloudWatch has no point of, of metrics that are compared and that no host has."""
    had = {one.metric.name for one in tried if all(values[ask].number is not None for ask in one.needed)}
    asks = [ask for one in tried if one.metric.compare and one.metric.name not in had for ask in one.needed]
    return [ask for ask in dict.fromkeys(asks) if isinstance(ask, CloudMetric) and _is_quiet(values[ask])]


def _is_quiet(value: Value) -> bool:
    return value.number is None and not value.failed


def _trial(tried: Tried, values: Values) -> Trial:
    """By the answer that settles most: one that lasts before one of the moment."""
    answers = [values[ask] for ask in tried.questions if ask in tried.needed or values[ask].failed]
    lacking = [value for value in answers if value.number is None]
    if not lacking:
        return Trial(tried.metric.name, tried.host)
    bad = min(lacking, key=lambda value: (not value.lasting, not value.failed))
    return Trial(
        tried.metric.name,
        tried.host,
        bad.trouble,
        wrong=bad.failed and bad.lasting,
        absent=bad.lasting and not bad.failed,
        unasked=bad.failed and not bad.lasting,
    )
