"""CloudWatch dashboards of the fleet, as the bodies that PutDashboard takes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from bot.fleet import Deployment, Fleet
from bot.fleet.asg import Asg
from bot.model import Target
from bot.plan.figures import place

MOST = 100  # lines in one widget
WIDE, HIGH, ROW = 12, 6, 24
MINUTE, FIVE = 60, 300
OWN = "pointsman"
Widget = dict[str, Any]
Line = list[Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What only AWS knows of a target: the ids of its instances, and its target group with the load balancers before
    it, as CloudWatch names them (`targetgroup/shop/0123`, `app/web/4567`).
    """

    target: Target
    instances: tuple[str, ...] = ()
    group: str = ""
    balancers: tuple[str, ...] = ()


def name_of(environment: str) -> str:
    """What its dashboard is called."""
    return f"{OWN}-{environment}"


def of_environment(fleet: Fleet, seen: Sequence[Seen], region: str) -> dict[str, Any]:
    """CPU, capacity and target health of all services in one account; `region` where that account is asked."""
    widgets = (_of_target(one, deployment, region) for one in seen if (deployment := fleet.deployment(one.target)))
    return _body(chain.from_iterable(widgets))


def of_the_bot(fleet: Fleet, namespace: str, region: str) -> dict[str, Any]:
    """The bot's own figures, under CLOUDWATCH_NAMESPACE."""
    targets = fleet.targets()
    return _body(
        [
            _graph("Uptime of the last 24 h, %", _lines(namespace, "Uptime", targets), region, "Minimum", FIVE),
            _graph("Open incidents", _lines(namespace, "OpenIncidents", targets), region, "Maximum", FIVE),
            _graph("Deploys in a day", _deploys(namespace, targets), region, "Sum", 86400),
            _graph(
                "Lead time: from commit to running, s", _lines(namespace, "LeadTime", targets), region, "p50", 86400
            ),
            _graph("Deploy time, s", _lines(namespace, "DeployTime", targets), region, "p50", 86400),
            _graph("Alerts on their way to Slack, s", [[namespace, "AlertDelivery"]], region, "p99", FIVE),
        ]
    )


def _of_target(seen: Seen, deployment: Deployment, region: str) -> Iterator[Widget]:
    name, ec2, ecs = str(seen.target), deployment.ec2, deployment.ecs
    if ec2 and seen.instances:
        cpu = [["AWS/EC2", "CPUUtilization", "InstanceId", one] for one in seen.instances[:MOST]]
        yield _graph(f"{name}: CPU, %", cpu, ec2.region or region, "Average", FIVE)
    group = ec2.group if ec2 else deployment.managed.group if isinstance(deployment.managed, Asg) else None
    if group:
        yield from _of_group(name, group, (ec2.region if ec2 else None) or region)
    if ec2 and seen.group:
        lines = [
            [_namespace(balancer), metric, "TargetGroup", seen.group, "LoadBalancer", balancer]
            for balancer in seen.balancers
            for metric in ("HealthyHostCount", "UnHealthyHostCount")
        ]
        yield _graph(f"{name}: health in the target group", lines, ec2.region or region, "Average", MINUTE)
    if ecs:
        where = ["ClusterName", ecs.cluster.rpartition("/")[2], "ServiceName", ecs.service]
        lines = [["AWS/ECS", metric, *where] for metric in ("CPUUtilization", "MemoryUtilization")]
        yield _graph(f"{name}: CPU and memory of ECS, %", lines, ecs.region or region, "Average", MINUTE)


def _namespace(balancer: str) -> str:
    return "AWS/NetworkELB" if balancer.startswith("net/") else "AWS/ApplicationELB"


def _of_group(name: str, group: str, region: str) -> Iterator[Widget]:
    where = ["AutoScalingGroupName", group]
    yield _graph(f"{name}: CPU of the group, %", [["AWS/EC2", "CPUUtilization", *where]], region, "Average", FIVE)
    counts = ("GroupDesiredCapacity", "GroupInServiceInstances", "GroupStandbyInstances", "GroupPendingInstances")
    lines = [["AWS/AutoScaling", metric, *where] for metric in counts]
    yield _graph(f"{name}: instances of the group", lines, region, "Average", MINUTE)


def _lines(namespace: str, metric: str, targets: Sequence[Target]) -> list[Line]:
    return [[namespace, metric, *chain.from_iterable(place(target))] for target in targets[:MOST]]


def _deploys(namespace: str, targets: Sequence[Target]) -> list[Line]:
    outcomes = ("succeeded", "rolled_back", "failed")
    return [[*line, "Outcome", outcome] for line in _lines(namespace, "Deploys", targets) for outcome in outcomes][
        :MOST
    ]


def _graph(title: str, lines: Sequence[Line], region: str, stat: str, period: int) -> Widget:
    properties = {"title": title, "metrics": list(lines), "region": region, "stat": stat, "period": period}
    return {"type": "metric", "properties": {**properties, "view": "timeSeries", "stacked": False}}


def _body(widgets: Iterable[Widget]) -> dict[str, Any]:
    """Two beside each other."""
    return {
        "widgets": [
            {**widget, "x": (index * WIDE) % ROW, "y": index * WIDE // ROW * HIGH, "width": WIDE, "height": HIGH}
            for index, widget in enumerate(widgets)
        ]
    }
