"""CloudWatch: GetMetricData, up to 500 metrics in a call, each over the newest period that is over."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.backends.base import Value
from bot.backends.cloudwatch_calls import Call, calls
from bot.backends.cloudwatch_names import MetricNames
from bot.errors import CloudError
from bot.questions.kept import Kept
from bot.questions.numbers import CloudMetric

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricDataResultTypeDef

PAGES = 50
DAWN = datetime(1970, 1, 1, tzinfo=UTC)
ACTION = "cloudwatch:GetMetricData"
NOTHING = Value(None, "CloudWatch has no point")
BAD = {
    "Forbidden": Value(None, "CloudWatch: this account may not read the metric", failed=True),
    "InternalError": Value(None, "CloudWatch had trouble of its own with this metric; trying again later", failed=True),
}
"""A metric's StatusCode, and what it means where no point came with it."""
Course = tuple[tuple[datetime, float], ...] | Value
"""Points, or why there are none."""
T = TypeVar("T")


@dataclass(slots=True)
class Points:
    """What came for one metric, from all pages: numbers by when their period began."""

    numbers: dict[datetime, float] = field(default_factory=dict)
    without: Value = NOTHING


class CloudWatch:
    """Each account and region is asked by itself."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._names = MetricNames(sessions)

    def kept(self, metrics: Sequence[CloudMetric]) -> Kept:
        """As ListedMetrics has it."""
        return self._names.kept(metrics)

    def read(self, metrics: Sequence[CloudMetric], at: datetime) -> list[Value]:
        """One value per metric: of the period that ended then or last before."""

        def newest(metric: CloudMetric, points: Points) -> Value:
            number = points.numbers.get(began(at, metric.period))
            return points.without if number is None else Value(number)

        return self._each(metrics, at, timedelta(0), newest)

    def lately(self, metrics: Sequence[CloudMetric], at: datetime, back: timedelta) -> list[Course]:
        """Per metric the points of all whole periods within that time, the oldest first; why there are none, else."""

        def course(metric: CloudMetric, points: Points) -> Course:
            whole = ((begin, number) for begin, number in points.numbers.items() if begin + metric.period <= at)
            return tuple(sorted(whole)) or points.without

        return self._each(metrics, at, back, course)

    def _each(
        self, metrics: Sequence[CloudMetric], at: datetime, back: timedelta, told: Callable[[CloudMetric, Points], T]
    ) -> list[T | Value]:
        """What is told of each, by its points; one that no call may hold is not asked for."""
        found: dict[int, T | Value] = {index: _unfit(metric) for index, metric in enumerate(metrics) if metric.fault}
        for call in calls({index: metric for index, metric in enumerate(metrics) if not metric.fault}):
            try:
                points = asked(ACTION, partial(self._points, call, began(at - back, call.longest), at))
            except CloudError as error:
                found |= dict.fromkeys(call.metrics, _failed(error))
            else:
                found |= {index: told(metric, points[index]) for index, metric in call.metrics.items()}
        return [found[index] for index in range(len(metrics))]

    def _points(self, call: Call, begin: datetime, end: datetime) -> dict[int, Points]:
        """All pages are one answer: a number of any of them is a number."""
        found = {index: Points() for index in call.metrics}
        for result in self._results(call, begin, end):
            points = found[int(result["Id"].removeprefix("m"))]
            points.numbers |= _numbers(result)
            points.without = BAD.get(result.get("StatusCode", ""), NOTHING)
        return found

    def _results(self, call: Call, begin: datetime, end: datetime) -> "Iterator[MetricDataResultTypeDef]":
        client: CloudWatchClient = self._sessions.client("cloudwatch", call.account)
        queries = [_query(index, metric) for index, metric in call.metrics.items()]
        pages = client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=begin, EndTime=end
        )
        for page in islice(pages, PAGES):
            yield from page["MetricDataResults"]


def began(at: datetime, period: timedelta) -> datetime:
    """When the newest whole period that is over then began."""
    return DAWN + (at - DAWN) // period * period - period


def _query(index: int, metric: CloudMetric) -> "MetricDataQueryTypeDef":
    return {
        "Id": f"m{index}",
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
            },
            "Period": int(metric.period.total_seconds()),
            "Stat": metric.stat,
        },
    }


def _numbers(result: "MetricDataResultTypeDef") -> dict[datetime, float]:
    """By when their period began."""
    points = zip(result.get("Timestamps", ()), result.get("Values", ()), strict=False)
    return {moment: number for moment, number in points if math.isfinite(number)}


def _unfit(metric: CloudMetric) -> Value:
    return Value(None, f"CloudWatch cannot be asked: {metric.fault}", failed=True, lasting=True)


def _failed(error: CloudError) -> Value:
    said = str(error).removeprefix(f"{error.action}: ")
    return Value(None, f"CloudWatch: {said}", failed=True)
