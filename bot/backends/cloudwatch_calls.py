"""Which metrics go together in a call of GetMetricData."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.cloud import Account
from bot.questions.numbers import CloudMetric

MOST = 500  # queries in one call


@dataclass(frozen=True, slots=True)
class Call:
    """Some of the metrics that are to be read, by their places among all; `longest` is what their periods divide."""

    account: Account
    longest: timedelta
    metrics: dict[int, CloudMetric]


def calls(metrics: Mapping[int, CloudMetric]) -> Iterator[Call]:
    """As few as can be. CloudWatch counts periods from a call's StartTime on: in one call all divide the longest, so
    that each metric has its points where its periods begin.
    """
    for account in dict.fromkeys(metric.account for metric in metrics.values()):
        left = {index: metric for index, metric in metrics.items() if metric.account == account}
        while left:
            longest = max(metric.period for metric in left.values())
            fitting = [index for index, metric in left.items() if not longest % metric.period]
            for start in range(0, len(fitting), MOST):
                yield Call(account, longest, {index: left[index] for index in fitting[start : start + MOST]})
            left = {index: metric for index, metric in left.items() if longest % metric.period}
