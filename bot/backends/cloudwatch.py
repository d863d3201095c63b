"""CloudWatch: GetMetricData, up to 500 metrics in a call, each over the newest period that is over."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.backends.base import Value
from bot.cloud import Account
from bot.errors import CloudError
from bot.questions.numbers import CloudMetric

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricDataResultTypeDef

MOST = 500  # queries in one call
PAGES = 50
DAWN = datetime(1970, 1, 1, tzinfo=UTC)
ACTION = "cloudwatch:GetMetricData"
NOTHING = Value(None, "CloudWatch has no point")
FORBIDDEN = "Forbidden"


class CloudWatch:
    """Each account and region is asked by itself."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def read(self, metrics: Sequence[CloudMetric], at: datetime) -> list[Value]:
        """One value per metric: of the period that ended then or last before."""
        found: dict[int, Value] = {}
        for account in dict.fromkeys(metric.account for metric in metrics):
            mine = [(index, metric) for index, metric in enumerate(metrics) if metric.account == account]
            for start in range(0, len(mine), MOST):
                found |= self._call(account, mine[start : start + MOST], at)
        return [found[index] for index in range(len(metrics))]

    def _call(self, account: Account, some: Sequence[tuple[int, CloudMetric]], at: datetime) -> dict[int, Value]:
        try:
            points = asked(ACTION, lambda: dict(self._points(account, some, at)))
        except CloudError as error:
            said = str(error).removeprefix(f"{error.action}: ")
            failed = Value(None, f"CloudWatch: {said}", failed=True)
            return {index: failed for index, _ in some}
        return {index: points.get(index, NOTHING) for index, _ in some}

    def _points(
        self, account: Account, some: Sequence[tuple[int, CloudMetric]], at: datetime
    ) -> Iterator[tuple[int, Value]]:
        begins = {index: began(at, metric.period) for index, metric in some}
        client: CloudWatchClient = self._sessions.client("cloudwatch", account)
        pages = client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[_query(index, metric) for index, metric in some],
            StartTime=min(begins.values()),
            EndTime=max(begins[index] + metric.period for index, metric in some),
        )
        for result in (result for page in islice(pages, PAGES) for result in page["MetricDataResults"]):
            index = int(result["Id"].removeprefix("m"))
            value = _value(result, begins[index])
            if value:
                yield index, value


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


def _value(result: "MetricDataResultTypeDef", begin: datetime) -> Value | None:
    """The point of just that period; None where this page has none."""
    if result.get("StatusCode") == FORBIDDEN:
        return Value(None, "CloudWatch: this account may not read the metric", failed=True)
    for moment, number in zip(result.get("Timestamps", ()), result.get("Values", ()), strict=False):
        if moment == begin and math.isfinite(number):
            return Value(number)
    return None
