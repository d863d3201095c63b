"""Asks each metric of an analysis once before a deploy begins: one that does not exist is said then, not after it."""

from collections.abc import Iterator, Sequence

from bot.backends.base import Metrics, Value
from bot.engine.clock import Clock
from bot.engine.metering import questions
from bot.engine.sites import Place, Sites
from bot.fleet.metrics import Metric
from bot.model import Host
from bot.plan.measurable import Trial, unmeasurable
from bot.plan.stages import CANARY
from bot.records import Plan, StageKind
from bot.refusals import Reason, Refusal

FEW = 5  # hosts that are asked: a metric that none of them has is not there


class MetricGate:
    def __init__(self, metrics: Metrics, sites: Sites, clock: Clock) -> None:
        self._metrics = metrics
        self._sites = sites
        self._clock = clock

    def bar(self, plan: Plan) -> Refusal | None:
        lacking = self.lacking(plan)
        return Refusal(Reason.UNMEASURABLE, known=lacking, target=plan.target) if lacking else None

    def lacking(self, plan: Plan) -> tuple[str, ...]:
        """A line for each metric that the plan's analysis could never tell by; nothing where no old release stands to
        be asked about, or nothing is compared.
        """
        watched = any(stage.kind is StageKind.BAKE for stage in plan.stages)
        place = self._sites.place(plan.target, plan.strategy)
        if plan.fallback is None or not watched or place.analysis is None:
            return ()
        old = [name for batch in plan.batches[CANARY + 1 :] for name in batch if name in place.hosts][:FEW]
        metrics = place.analysis.metrics
        trials = [trial for metric in metrics for trial in self._tried(metric, place.hosts_of(old), place)]
        return unmeasurable(trials, {metric.name for metric in metrics if metric.compare})

    def _tried(self, metric: Metric, hosts: Sequence[Host], place: Place) -> Iterator[Trial]:
        asks = [questions(metric, host, place) for host in hosts]
        answers = iter(self._metrics.read([ask for each in asks for ask in each], self._clock.now()))
        for host, each in zip(hosts, asks, strict=True):
            yield _trial(metric, host, [next(answers) for _ in each])


def _trial(metric: Metric, host: Host, answers: Sequence[Value]) -> Trial:
    """Of counts whose errors are sparse only the requests must be there."""
    sparse = metric.counts is not None and metric.counts.sparse
    needed = [value for value in answers if value.failed or not sparse or value is answers[-1]]
    bad = next((value for value in needed if value.number is None), None)
    if bad is None:
        return Trial(metric.name, host.name)
    return Trial(
        metric.name, host.name, bad.trouble, wrong=bad.failed and bad.lasting, absent=bad.lasting and not bad.failed
    )
