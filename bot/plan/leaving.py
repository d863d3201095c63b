"""Which machines go when there shall be fewer. Pure: what stands in, names out.

Those that serve nobody go first. Of the others the zones are kept level, as Auto Scaling keeps them: whoever goes is of
a zone that has the most; within it age decides. A shielded one never goes, and never the only one of a release.
"""

from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.capacity import First, Fitness, Machine

SHIELDED = "is protected in the cloud"
ALONE = "is the only one of its release"
STANDBY = "is in standby"
IDLE = (Fitness.PENDING, Fitness.UNHEALTHY)


@dataclass(frozen=True, slots=True)
class Leaving:
    """`names` go, in this order. `kept` says of each other one that may not go why."""

    names: tuple[str, ...]
    kept: Mapping[str, str]


def leaving(machines: Sequence[Machine], number: int, first: First, shielded: Collection[str] = ()) -> Leaving:
    """So many of those that stay, or fewer where no more may go. `shielded` are names beside those known as protected.

    One in standby stays: somebody keeps it out for a reason.
    """
    there = [machine for machine in machines if machine.stays]
    kept = {one.name: why for one in there if (why := _why(one, shielded))}
    line = _Line([one for one in there if one.name not in kept], there, first)
    gone: list[str] = []
    while len(gone) < number and (machine := line.next(kept)):
        gone.append(machine.name)
    return Leaving(tuple(gone), kept)


def _why(machine: Machine, shielded: Collection[str]) -> str:
    """Why it stays, whoever else goes; empty when it may go."""
    if machine.protected or machine.name in shielded:
        return SHIELDED
    return STANDBY if machine.fitness is Fitness.STANDBY else ""


class _Line:
    """Those that may go, zone by zone in their order, and what is left if they do."""

    def __init__(self, free: Sequence[Machine], there: Sequence[Machine], first: First) -> None:
        self._sign = -1 if first == "newest" else 1
        self._zones = Counter(machine.zone for machine in there)
        self._releases = Counter(machine.release for machine in there if machine.release)
        self._several = len(self._releases) > 1
        self._queues: dict[str, deque[Machine]] = {machine.zone: deque() for machine in free}
        for machine in sorted(free, key=self._by_use):
            self._queues[machine.zone].append(machine)

    def next(self, kept: dict[str, str]) -> Machine | None:
        """Whoever goes next; those that are found to be the only one of their release are put into `kept`."""
        for queue in self._queues.values():
            while queue and self._alone(queue[0]):
                kept[queue.popleft().name] = ALONE
        heads = [queue[0] for queue in self._queues.values() if queue]
        if not heads:
            return None
        chosen = min(heads, key=lambda one: (one.fitness not in IDLE, -self._zones[one.zone], self._by_use(one)))
        self._queues[chosen.zone].popleft()
        self._zones[chosen.zone] -= 1
        self._releases[chosen.release] -= 1
        return chosen

    def _alone(self, machine: Machine) -> bool:
        return self._several and self._releases[machine.release] == 1

    def _by_use(self, machine: Machine) -> tuple[bool, float, str]:
        return machine.fitness not in IDLE, self._sign * machine.launched_at.timestamp(), machine.name
