"""CloudWatch: GetMetricData, up to 500 metrics in a call, each over the newest period that is over."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.backends.base import Value
from bot.backends.cloudwatch_names import MetricNames
from bot.cloud import Account
from bot.errors import CloudError
from bot.questions.kept import Kept
from bot.questions.numbers import CloudMetric

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricDataResultTypeDef

MOST = 500  # queries in one call
PAGES = 50
DAWN = datetime(1970, 1, 1, tzinfo=UTC)
ACTION = "cloudwatch:GetMetricData"
NOTHING = Value(None, "CloudWatch has no point")
DENIED = Value(None, "CloudWatch: this account may not read the metric", failed=True)
FORBIDDEN = "Forbidden"
Course = tuple[tuple[datetime, float], ...] | Value
"""Points, or why there are none."""


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
        found: dict[int, Value] = {}
        for account in dict.fromkeys(metric.account for metric in metrics):
            mine = [(index, metric) for index, metric in enumerate(metrics) if metric.account == account]
            for start in range(0, len(mine), MOST):
                found |= self._call(account, mine[start : start + MOST], at)
        return [found[index] for index in range(len(metrics))]

    def lately(self, metrics: Sequence[CloudMetric], at: datetime, back: timedelta) -> list[Course]:
        """Per metric the points of all whole periods within that time, the oldest first; why there are none, else."""
        found: dict[int, Course] = {}
        for account in dict.fromkeys(metric.account for metric in metrics):
            mine = [(index, metric) for index, metric in enumerate(metrics) if metric.account == account]
            for start in range(0, len(mine), MOST):
                found |= self._courses(account, mine[start : start + MOST], at, back)
        return [found[index] for index in range(len(metrics))]

    def _courses(
        self, account: Account, some: Sequence[tuple[int, CloudMetric]], at: datetime, back: timedelta
    ) -> dict[int, Course]:
        begin = began(at - back, max(metric.period for _, metric in some))  # periods are counted from there on
        try:
            results = asked(ACTION, lambda: list(self._results(account, some, begin, at)))
        except CloudError as error:
            return {index: _failed(error) for index, _ in some}
        points: dict[int, dict[datetime, float]] = {index: {} for index, _ in some}
        denied = {_index(result) for result in results if result.get("StatusCode") == FORBIDDEN}
        for result in results:
            points[_index(result)].update(_numbers(result))
        return {
            index: _whole(points[index], metric, at) or (DENIED if index in denied else NOTHING)
            for index, metric in some
        }

    def _call(self, account: Account, some: Sequence[tuple[int, CloudMetric]], at: datetime) -> dict[int, Value]:
        try:
            points = asked(ACTION, lambda: dict(self._points(account, some, at)))
        except CloudError as error:
            return {index: _failed(error) for index, _ in some}
        return {index: points.get(index, NOTHING) for index, _ in some}

    def _points(
        self, account: Account, some: Sequence[tuple[int, CloudMetric]], at: datetime
    ) -> Iterator[tuple[int, Value]]:
        begins = {index: began(at, metric.period) for index, metric in some}
        end = max(begins[index] + metric.period for index, metric in some)
        for result in self._results(account, some, min(begins.values()), end):
            index = _index(result)
            value = _value(result, begins[index])
            if value:
                yield index, value

    def _results(
        self, account: Account, some: Sequence[tuple[int, CloudMetric]], begin: datetime, end: datetime
    ) -> "Iterator[MetricDataResultTypeDef]":
        client: CloudWatchClient = self._sessions.client("cloudwatch", account)
        queries = [_query(index, metric) for index, metric in some]
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


def _index(result: "MetricDataResultTypeDef") -> int:
    return int(result["Id"].removeprefix("m"))


def _value(result: "MetricDataResultTypeDef", begin: datetime) -> Value | None:
    """The point of just that period; None where this page has none."""
    if result.get("StatusCode") == FORBIDDEN:
        return DENIED
    number = _numbers(result).get(begin)
    return None if number is None else Value(number)


def _numbers(result: "MetricDataResultTypeDef") -> dict[datetime, float]:
    """By when their period began."""
    points = zip(result.get("Timestamps", ()), result.get("Values", ()), strict=False)
    return {moment: number for moment, number in points if math.isfinite(number)}


def _whole(points: dict[datetime, float], metric: CloudMetric, at: datetime) -> tuple[tuple[datetime, float], ...]:
    return tuple(sorted((begin, number) for begin, number in points.items() if begin + metric.period <= at))


def _failed(error: CloudError) -> Value:
    said = str(error).removeprefix(f"{error.action}: ")
    return Value(None, f"CloudWatch: {said}", failed=True)
