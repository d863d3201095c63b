"""CloudWatch: GetMetricData, up to 500 metrics in a call, each over the newest period that is over."""

import math
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bot.backends.base import Value
from bot.questions.numbers import CloudMetric

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricDataResultTypeDef

MOST = 500  # queries in one call
PAGES = 50
PATIENCE = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})
DAWN = datetime(1970, 1, 1, tzinfo=UTC)
WORDS = 200  # characters of AWS's own words that are passed on
NOTHING = Value(None, "CloudWatch has no point")
FORBIDDEN = "Forbidden"


class CloudWatch:
    """One client per region, made when it is first needed; credentials, region and endpoint are the AWS SDK's own."""

    def __init__(self) -> None:
        self._clients: dict[str | None, CloudWatchClient] = {}
        self._guard = threading.Lock()

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def read(self, metrics: Sequence[CloudMetric], at: datetime) -> list[Value]:
        """One value per metric: of the period that ended then or last before."""
        found: dict[int, Value] = {}
        for region in dict.fromkeys(metric.region for metric in metrics):
            mine = [(index, metric) for index, metric in enumerate(metrics) if metric.region == region]
            for start in range(0, len(mine), MOST):
                found |= self._call(region, mine[start : start + MOST], at)
        return [found[index] for index in range(len(metrics))]

    def _call(self, region: str | None, some: Sequence[tuple[int, CloudMetric]], at: datetime) -> dict[int, Value]:
        try:
            points = dict(self._points(region, some, at))
        except (BotoCoreError, ClientError, ValueError) as error:  # the last one for an endpoint that is none
            failed = Value(None, f"CloudWatch: {' '.join(str(error).split())[:WORDS]}", failed=True)
            return {index: failed for index, _ in some}
        return {index: points.get(index, NOTHING) for index, _ in some}

    def _points(
        self, region: str | None, some: Sequence[tuple[int, CloudMetric]], at: datetime
    ) -> Iterator[tuple[int, Value]]:
        begins = {index: began(at, metric.period) for index, metric in some}
        pages = (
            self._client(region)
            .get_paginator("get_metric_data")
            .paginate(
                MetricDataQueries=[_query(index, metric) for index, metric in some],
                StartTime=min(begins.values()),
                EndTime=max(begins[index] + metric.period for index, metric in some),
            )
        )
        for result in (result for page in islice(pages, PAGES) for result in page["MetricDataResults"]):
            index = int(result["Id"].removeprefix("m"))
            value = _value(result, begins[index])
            if value:
                yield index, value

    def _client(self, region: str | None) -> "CloudWatchClient":
        with self._guard:
            if region not in self._clients:
                self._clients[region] = boto3.session.Session().client("cloudwatch", region, config=PATIENCE)
            return self._clients[region]


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
