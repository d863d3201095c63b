"""Pools of machines that exist only in memory: a scaler for tests of everything above the backends.

It keeps the promises of `scaler.PoolScaler`, in the time of the clock that it is given.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.capacity import Ec2Pool, Fitness, Machine, Pool, ScaleOrder, Standing
from bot.errors import CloudError, CloudFull, CloudRefused

FULL = "InsufficientInstanceCapacity: there is not enough capacity in the zone of this subnet"


@dataclass(slots=True)
class Kept:
    """One pool. `most` machines have room; `desired` was ordered last."""

    desired: int
    machines: dict[str, Machine] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)  # when its fitness began
    most: int = 5000
    shielded: set[str] = field(default_factory=set)
    sick: set[str] = field(default_factory=set)  # never become healthy


class MemoryPools:
    """Implements `scaler.Scaler`. A new machine is well after `warm`, one that goes is gone after `drain`.

    `acts` is what was done, in order; `trouble` is raised by the next call and forgotten.
    """

    def __init__(self, now: Callable[[], datetime], warm: timedelta, drain: timedelta) -> None:
        self._pools: dict[str, Kept] = {}
        self.acts: list[tuple[str, str]] = []
        self.trouble: CloudError | BaseException | None = None
        self._now, self._warm, self._drain = now, warm, drain
        self._numbers = itertools.count(1)

    def put(self, pool: Pool, number: int) -> Kept:
        """A pool of so many machines that have long been well."""
        kept = self._pools[repr(pool)] = Kept(number)
        for _ in range(number):
            self._launch(kept, "", Fitness.HEALTHY)
        self.acts.clear()
        return kept

    def kill(self, pool: Pool, name: str) -> None:
        """By somebody else."""
        del self.of(pool).machines[name]

    def read(self, pool: Pool) -> Standing:
        error, self.trouble = self.trouble, None
        if error:
            raise error
        kept = self.of(pool)
        self._let_time_pass(kept)
        return Standing(kept.desired, tuple(kept.machines.values()))

    def shielded(self, pool: Pool, names: Sequence[str]) -> frozenset[str]:
        return frozenset(names) & self.of(pool).shielded

    def advance(self, pool: Pool, order: ScaleOrder) -> Standing:
        self.read(pool)
        kept = self.of(pool)
        kept.desired = order.after
        leave = order.leave or self._surplus(pool, kept)
        notes = [self._leave(kept, name) for name in leave if name in kept.machines]
        staying = [machine for machine in kept.machines.values() if machine.stays]
        for _ in range(order.after - len(staying)):
            if len(kept.machines) >= kept.most:
                kept.desired = sum(machine.stays for machine in kept.machines.values())
                raise CloudFull("ec2:RunInstances", FULL)
            self._launch(kept, order.id, Fitness.PENDING)
        self._admit(kept, order)
        return replace(self.read(pool), notes=tuple(note for note in notes if note))

    def of(self, pool: Pool) -> Kept:
        if repr(pool) not in self._pools:
            raise CloudRefused("autoscaling:DescribeAutoScalingGroups", "there is no such group")
        return self._pools[repr(pool)]

    def _launch(self, kept: Kept, order: str, fitness: Fitness) -> None:
        name, now = f"m-{next(self._numbers)}", self._now()
        kept.machines[name] = Machine(name, fitness, now, zone="abc"[len(kept.machines) % 3], order=order)
        kept.since[name] = now
        self.acts.append(("launch", name))

    def _surplus(self, pool: Pool, kept: Kept) -> tuple[str, ...]:
        """Whom the cloud chooses itself, the newest first; EC2 chooses nobody."""
        free = [one.name for one in kept.machines.values() if one.stays and one.name not in kept.shielded]
        staying = sum(one.stays for one in kept.machines.values())
        number = 0 if isinstance(pool, Ec2Pool) else max(0, staying - kept.desired)
        return tuple(free[::-1][:number])

    def _leave(self, kept: Kept, name: str) -> str:
        """What stands in the way."""
        machine = kept.machines[name]
        if name in kept.shielded:
            return f"{name} is protected and stays"
        if machine.stays:
            kept.machines[name] = replace(machine, fitness=Fitness.DRAINING)
            kept.since[name] = self._now()
            self.acts.append(("leave", name))
        return ""

    def _admit(self, kept: Kept, order: ScaleOrder) -> None:
        """New machines count their warm-up from when they may be sent requests."""
        held = [one for one in kept.machines.values() if one.order == order.id and one.fitness is Fitness.PENDING]
        for machine in held:
            if order.ready is not None and machine.name not in order.ready:
                kept.since[machine.name] = self._now()

    def _let_time_pass(self, kept: Kept) -> None:
        now = self._now()
        for name, machine in list(kept.machines.items()):
            aged = now - kept.since[name]
            if machine.fitness is Fitness.DRAINING and aged >= self._drain:
                del kept.machines[name]
            elif machine.fitness is Fitness.PENDING and aged >= self._warm:
                kept.machines[name] = replace(machine, fitness=_found(name in kept.sick))


def _found(sick: bool) -> Fitness:
    return Fitness.UNHEALTHY if sick else Fitness.HEALTHY
