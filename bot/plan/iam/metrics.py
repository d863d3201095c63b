"""Numbers that are read of CloudWatch: for checks, for the analysis of a canary, and how busy a service is."""

from collections.abc import Iterator

from bot.fleet import Deployment
from bot.fleet.kinds import Metric
from bot.fleet.queries import Reads
from bot.plan.iam.grants import Grant, Where


def numbers(deployment: Deployment, _where: Where) -> Iterator[Grant]:
    """GetMetricData knows no narrower resource."""
    if _is_busy_there(deployment) or any(reads.cloudwatch for reads in _read(deployment)):
        yield Grant("ReadMetrics", ("cloudwatch:GetMetricData",))


def _read(deployment: Deployment) -> Iterator[Reads]:
    analysis = deployment.strategy.analysis
    for metric in analysis.metrics if analysis else ():
        yield from metric.sources
    for check in deployment.checks:
        if isinstance(check.asks, Metric):
            yield check.asks


def _is_busy_there(deployment: Deployment) -> bool:
    """Whether CloudWatch says how busy it is: of what runs in AWS, unless the fleet file names another place."""
    source = deployment.scale.cpu if deployment.scale else None
    return source.cloudwatch is not None if source else deployment.backend != "ssh"
