"""Numbers that are read of CloudWatch: for checks, for the analysis of a canary, and how busy a service is."""

from collections.abc import Iterator, Sequence

from bot.fleet import Deployment, Fleet
from bot.fleet.kinds import Metric
from bot.fleet.metrics import Metric as Analysed
from bot.fleet.queries import Reads
from bot.plan.dashboard import OWN, name_of
from bot.plan.iam.grants import Grant, Where


def numbers(deployment: Deployment, _where: Where) -> Iterator[Grant]:
    """Neither knows a narrower resource. What an analysis compares is looked for by name where it has no point."""
    if _is_busy_there(deployment) or any(reads.cloudwatch for reads in _read(deployment)):
        yield Grant("ReadMetrics", ("cloudwatch:GetMetricData",))
    if any(metric.compare and any(reads.cloudwatch for reads in metric.sources) for metric in _analysed(deployment)):
        yield Grant("ListMetrics", ("cloudwatch:ListMetrics",))


def dashboards(fleet: Fleet, environment: str, where: Where) -> Iterator[Grant]:
    """For `python -m bot dashboard`, where anything runs in AWS."""
    deployments = [fleet.deployment(target) for target in fleet.targets() if target.environment == environment]
    if any(one.backend != "ssh" for one in deployments if one):
        yield _dashboard(name_of(environment), where)


def own_figures(namespace: str) -> Iterator[Grant]:
    """The bot's own figures and their dashboard, in its own account."""
    if namespace:
        only = {"StringEquals": {"cloudwatch:namespace": namespace}}
        yield Grant("PutOwnFigures", ("cloudwatch:PutMetricData",), when=only)
        yield _dashboard(OWN, Where())


def _dashboard(name: str, where: Where) -> Grant:
    return Grant("PutDashboard", ("cloudwatch:PutDashboard",), (where.wide("cloudwatch", f"dashboard/{name}"),))


def _read(deployment: Deployment) -> Iterator[Reads]:
    for metric in _analysed(deployment):
        yield from metric.sources
    for check in deployment.checks:
        if isinstance(check.asks, Metric):
            yield check.asks


def _analysed(deployment: Deployment) -> Sequence[Analysed]:
    analysis = deployment.strategy.analysis
    return analysis.metrics if analysis else ()


def _is_busy_there(deployment: Deployment) -> bool:
    """Whether CloudWatch says how busy it is: of what runs in AWS, unless the fleet file names another place."""
    source = deployment.scale.cpu if deployment.scale else None
    return source.cloudwatch is not None if source else deployment.backend in ("ec2", "asg", "ecs")
