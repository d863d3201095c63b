"""How it is asked how busy a service is, and how the answers become one number for each host. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import fmean

from bot.capacity import Fitness, Standing
from bot.cloud import Account
from bot.fleet import Deployment
from bot.fleet.ecs import Ecs
from bot.fleet.kinds.metric import OWN
from bot.fleet.queries import Source, words_for
from bot.model import Host, Target
from bot.questions.numbers import CloudMetric, LoadQuestion, ProcLoad
from bot.scaling import BusyMinute, HostMinute, Load

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OVER = timedelta(minutes=2)
LATE = timedelta(minutes=10)
"""The newest number of a host may be as old as this: without detailed monitoring EC2 has one every five minutes."""
UNSETTLED = 2 * MINUTE
"""A point so much older than the newest may still change."""
WHOLE = ""
"""Stands for the whole service, where no host can be told from another."""
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""When a host began of which that is not known: it counts as warm."""

Asked = tuple[str, LoadQuestion]
"""Of which host, or of the whole service."""


def questions(target: Target, deployment: Deployment, account: Account, machines: Sequence[str]) -> list[Asked]:
    """`machines` are the instances that a cloud says there are; none where the fleet names the hosts."""
    source = deployment.scale.cpu if deployment.scale else None
    if source is not None:
        return list(_by_source(target, source, account, deployment.hosts))
    if deployment.ecs:
        return [(WHOLE, _service(deployment.ecs, account.at(deployment.ecs.region)))]
    if deployment.ec2 or deployment.managed:
        config = deployment.ec2 or deployment.managed
        names = machines or [host.name for host in deployment.hosts]
        return [(name, _instance(name, account.at(config.region if config else None))) for name in names]
    return [(host.name, ProcLoad(host)) for host in deployment.hosts]


def _by_source(target: Target, source: Source, account: Account, hosts: Sequence[Host]) -> Iterator[Asked]:
    if source.names() <= OWN:
        yield WHOLE, source.asked(words_for(None, target.service, target.environment, MINUTE), MINUTE, account)
        return
    for host in hosts:
        yield host.name, source.asked(words_for(host, target.service, target.environment, MINUTE), MINUTE, account)


def _instance(name: str, account: Account) -> CloudMetric:
    return CloudMetric("AWS/EC2", "CPUUtilization", "Average", (("InstanceId", name),), MINUTE, account)


def _service(ecs: Ecs, account: Account) -> CloudMetric:
    """ECS tells the CPU of a service as one number; its cluster by name, where an ARN is given too."""
    dimensions = (("ClusterName", ecs.cluster.rpartition("/")[2]), ("ServiceName", ecs.service))
    return CloudMetric("AWS/ECS", "CPUUtilization", "Average", dimensions, MINUTE, account)


def rows_of(
    host: str,
    question: LoadQuestion,
    points: Sequence[tuple[datetime, float]],
    load: float | None,
    up_since: datetime | None,
    now: datetime,
) -> list[HostMinute]:
    """What an answer leaves to be written down. Without a point: that there is none, of the minute that would be the
    newest.
    """
    if points:
        return [HostMinute(host, at, cpu, load, up_since) for at, cpu in points]
    late = MINUTE if isinstance(question, CloudMetric) else timedelta(0)
    return [HostMinute(host, whole_minute(now) - late, None, load, up_since)]


def unwritten(rows: Sequence[HostMinute], newest: datetime | None) -> list[HostMinute]:
    """Those that are new or may have changed since the newest was written."""
    return [row for row in rows if newest is None or row.minute > newest - UNSETTLED]


def averaged(rows: Iterable[HostMinute], over: timedelta, now: datetime) -> dict[str, float | None]:
    """By host: the mean of its last minutes, so many as are asked for up to the newest that is there.

    None where the newest says that it could not be told; a host without any within the time that points may be late is
    not in the answer.
    """
    found: dict[str, list[HostMinute]] = {}
    for row in rows:
        found.setdefault(row.host, []).append(row)
    newest = {host: max(many, key=lambda row: row.minute) for host, many in found.items()}
    return {host: _mean(many, newest[host], over) for host, many in found.items() if now - newest[host].minute <= LATE}


def _mean(rows: Sequence[HostMinute], newest: HostMinute, over: timedelta) -> float | None:
    if newest.cpu is None:
        return None
    return fmean(row.cpu for row in rows if row.cpu is not None and row.minute > newest.minute - max(over, MINUTE))


def loads(
    standing: Standing | None, hosts: Sequence[Host], rows: Iterable[HostMinute], cpu: dict[str, float | None]
) -> tuple[Load, ...]:
    """Of every host that serves; a number of the whole service stands for each of them."""
    whole, began = cpu.get(WHOLE), {row.host: row.up_since for row in rows if row.up_since}
    if standing is None:
        return tuple(Load(host.name, began.get(host.name, ALWAYS), cpu.get(host.name, whole)) for host in hosts)
    return tuple(
        Load(machine.name, machine.launched_at, cpu.get(machine.name, whole), machine.release)
        for machine in standing.machines
        if machine.fitness is Fitness.HEALTHY
    )


def slots(minutes: Iterable[BusyMinute], now: datetime) -> tuple[BusyMinute | None, ...]:
    """An hour up to now, minute by minute, the oldest first; None where nothing was read."""
    by_minute = {one.minute: one for one in minutes}
    end = whole_minute(now)
    return tuple(by_minute.get(end - age * MINUTE) for age in range(HOUR // MINUTE - 1, -1, -1))


def whole_minute(moment: datetime) -> datetime:
    """When the minute of that moment began."""
    return moment.replace(second=0, microsecond=0)
