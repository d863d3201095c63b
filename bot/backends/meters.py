"""Every place where numbers of hosts are kept, as one."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from bot.backends.base import Value
from bot.backends.cloudwatch import CloudWatch
from bot.backends.prometheus import Prometheus
from bot.questions.kept import Kept
from bot.questions.numbers import CloudMetric, MetricQuestion, PromQuery

Q = TypeVar("Q", PromQuery, CloudMetric)


class Meters:
    """Fills ListedMetrics: each question goes where its number is kept."""

    def __init__(self, prometheus: Prometheus, cloudwatch: CloudWatch) -> None:
        self._prometheus = prometheus
        self._cloudwatch = cloudwatch

    def read(self, questions: Sequence[MetricQuestion], at: datetime) -> list[Value]:
        queries, metrics = _of_kind(questions, PromQuery), _of_kind(questions, CloudMetric)
        found: dict[int, Value] = {}
        if queries:
            found |= zip(queries, self._prometheus.read(list(queries.values()), at), strict=True)
        if metrics:
            found |= zip(metrics, self._cloudwatch.read(list(metrics.values()), at), strict=True)
        return [found[index] for index in range(len(questions))]

    def kept(self, metrics: Sequence[CloudMetric]) -> Kept:
        return self._cloudwatch.kept(metrics)

    def close(self) -> None:
        """Prometheus only: the sessions of AWS belong to who opened them."""
        self._prometheus.close()


def _of_kind(questions: Sequence[MetricQuestion], kind: type[Q]) -> dict[int, Q]:
    return {index: question for index, question in enumerate(questions) if isinstance(question, kind)}
