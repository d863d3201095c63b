"""The machines that run a service, and what is ordered of them: backends answer these values, plans decide on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.cloud import Account, Search, TargetGroup


class Fitness(StrEnum):
    """How far a machine is on its way in, or out."""

    PENDING = "pending"  # starts, or runs and does not serve yet
    HEALTHY = "healthy"  # serves
    UNHEALTHY = "unhealthy"
    DRAINING = "draining"  # leaves its load balancer
    STANDBY = "standby"  # kept out by hand or by a deploy: counted by nobody
    LEAVING = "leaving"  # being ended


GONE = frozenset({Fitness.DRAINING, Fitness.LEAVING})


@dataclass(frozen=True, slots=True)
class Machine:
    """One instance or task. `reason` is the cloud's own word for why it is not healthy; `release` what it was made
    from: a launch template's version, a task definition's revision. `protected`: the cloud is told not to end it.
    `order` is the scale order that made it, where that is known.
    """

    name: str
    fitness: Fitness
    launched_at: datetime
    reason: str = ""
    protected: bool = False
    release: str = ""
    zone: str = ""
    order: str = ""

    @property
    def stays(self) -> bool:
        return self.fitness not in GONE


@dataclass(frozen=True, slots=True)
class Standing:
    """A pool as its cloud sees it now, the oldest machine first.

    `desired` is what the cloud was told last; where it keeps no such number (EC2 instances), those that stay.
    `notes` say in the cloud's own words what stands in the way, newest first; empty when nothing does. `counted` is
    given where the cloud tells numbers and not names: there are no `machines` then.
    """

    desired: int
    machines: tuple[Machine, ...]
    notes: tuple[str, ...] = ()
    counted: Mapping[Fitness, int] | None = None

    @property
    def healthy(self) -> int:
        return self.count(Fitness.HEALTHY)

    def count(self, fitness: Fitness) -> int:
        if self.counted is not None:
            return self.counted.get(fitness, 0)
        return sum(machine.fitness is fitness for machine in self.machines)

    @property
    def staying(self) -> tuple[Machine, ...]:
        return tuple(machine for machine in self.machines if machine.stays)


@dataclass(frozen=True, slots=True)
class ScaleOrder:
    """From `before` machines to `after`; written down before it runs, and given again until `reached`.

    `id` is unique for ever, also over databases: the cloud finds by it what an order cut off by a crash has made.
    `leave` are those that go, chosen beforehand (bot/plan/leaving.py); empty where the cloud chooses itself. `ready`
    are the new ones that may be sent requests: a service's release is brought there first. None: each as soon as it
    runs.
    """

    id: str
    before: int
    after: int
    leave: tuple[str, ...] = ()
    ready: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Launch:
    """How a machine is made: a launch template by name or id, of a version (`$Default`, `$Latest` or a number), in
    these subnets, which are filled evenly; none: where the template says.
    """

    template: str
    version: str = "$Default"
    subnets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ec2Pool:
    """Instances that have the tags of `search`: those that are made get them too. `group` is their load balancer's."""

    search: Search
    launch: Launch
    group: TargetGroup | None = None
    drain: timedelta = timedelta(minutes=5)
    join: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class AsgPool:
    """An Auto Scaling group by its name; it puts its instances into `group` and takes them out by itself."""

    name: str
    account: Account
    group: TargetGroup | None = None


@dataclass(frozen=True, slots=True)
class EcsPool:
    """An ECS service by its name, in a cluster by name or ARN."""

    cluster: str
    service: str
    account: Account


Pool = Ec2Pool | AsgPool | EcsPool
First = Literal["newest", "oldest"]
"""Which machine goes first."""


def estranged(order: ScaleOrder, desired: int) -> str:
    """Why the order is not given where the cloud keeps the number, and somebody else has set it to this one; empty: it
    is what the order found there, or on the way from it.
    """
    least, most = sorted((order.before, order.after))
    if least <= desired <= most:
        return ""
    known = f"neither {least} nor {most}" if least != most else f"not {least}"
    return f"shall have {desired} by now, {known}: somebody else has set it, and it stays so"


def reached(order: ScaleOrder, standing: Standing) -> bool:
    """So many are there and healthy, and those that were to go are gone or going."""
    leave = set(order.leave)
    gone = not any(machine.stays for machine in standing.machines if machine.name in leave)
    return gone and standing.desired == order.after and standing.healthy >= order.after
