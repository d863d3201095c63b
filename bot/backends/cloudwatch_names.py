"""ListMetrics: what CloudWatch keeps under a name, for metrics that GetMetricData has no point of.

It lists what had data in the last two weeks; a metric that is new is listed within 15 minutes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.errors import CloudError
from bot.questions.kept import Dimensions, Kept
from bot.questions.numbers import CloudMetric

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricOutputTypeDef

PAGES = 10  # of 500 metrics each
ACTION = "cloudwatch:ListMetrics"


@dataclass(slots=True)
class Listing:
    """A list as far as it was read."""

    metrics: "list[MetricOutputTypeDef]"
    whole: bool

    @property
    def series(self) -> frozenset[Dimensions]:
        return frozenset(map(_dimensions, self.metrics))


class MetricNames:
    def __init__(self, sessions: Sessions, pages: int = PAGES) -> None:
        self._sessions = sessions
        self._pages = pages

    def kept(self, metrics: Sequence[CloudMetric]) -> Kept:
        """What is kept under the name that all of them have, in their account and namespace. Never raises for AWS's
        trouble. One list, and another only where there is nothing.
        """
        try:
            return asked(ACTION, lambda: self._kept(metrics))
        except CloudError as error:
            return Kept(trouble=f"CloudWatch: {str(error).removeprefix(f'{error.action}: ')}")

    def _kept(self, metrics: Sequence[CloudMetric]) -> Kept:
        first = metrics[0]
        client: CloudWatchClient = self._sessions.client("cloudwatch", first.account)
        region = client.meta.region_name
        named = {"Namespace": first.namespace, "MetricName": first.metric}
        found = self._list(client, named, frozenset(metric.dimensions for metric in metrics))
        if found.metrics or not found.whole:
            return Kept(region, found.series, whole=found.whole)
        around = self._list(client, {"Namespace": first.namespace}).metrics
        if around:
            return Kept(region, names=_distinct(metric["MetricName"] for metric in around))
        everything = self._list(client, {}).metrics
        return Kept(region, namespaces=_distinct(metric["Namespace"] for metric in everything))

    def _list(
        self, client: "CloudWatchClient", named: dict[str, str], wanted: frozenset[Dimensions] | None = None
    ) -> Listing:
        """Read until all that is `wanted` is there."""
        found: list[MetricOutputTypeDef] = []
        pages = client.get_paginator("list_metrics").paginate(**named)  # type: ignore[arg-type] # texts, both of them
        for number, page in enumerate(pages, 1):
            found += page["Metrics"]
            if not page.get("NextToken") or (wanted and wanted <= frozenset(map(_dimensions, found))):
                break
            if number == self._pages:
                return Listing(found, whole=False)
        return Listing(found, whole=True)


def _dimensions(metric: "MetricOutputTypeDef") -> Dimensions:
    return tuple(sorted((one["Name"], one["Value"]) for one in metric.get("Dimensions", ())))


def _distinct(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
