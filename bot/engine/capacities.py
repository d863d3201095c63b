"""What the rules decide on: each service's capacity as it stands, read for all of them with few questions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.engine.scale_weighing import Room
from bot.model import Target
from bot.scales import Grip
from bot.scaling import Capacity, Change, Load, Wish
from bot.state.blindness import Blindnesses
from bot.state.database import Database
from bot.state.deploys import Deploys
from bot.state.incidents import Incidents
from bot.state.scale_grips import Grips
from bot.state.scale_wishes import Wishes
from bot.state.scales import Scales

KEPT = timedelta(hours=1)  # of changes and wishes, unless a policy's window is longer


class CpuLoads(Protocol):
    """bot.engine.cpu.CpuBook."""

    def loads(self, target: Target, now: datetime) -> tuple[Load, ...]: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """Of all services at one moment."""

    now: datetime
    wishes: Mapping[Target, tuple[Wish, ...]]
    changes: Mapping[Target, tuple[Change, ...]]
    failures: Mapping[Target, tuple[Change, ...]]
    deploying: Mapping[Target, str]
    incidents: Mapping[Target, str]
    grips: Mapping[Target, Grip]
    busy: frozenset[Target]  # an act is on its way
    blind: str = ""  # in words, while the bot itself sees nothing


class Capacities:
    def __init__(self, db: Database, cpu: CpuLoads) -> None:
        self._cpu = cpu
        self._wishes, self._scales, self._grips = Wishes(db), Scales(db), Grips(db)
        self._deploys, self._incidents, self._blindnesses = Deploys(db), Incidents(db), Blindnesses(db)

    def facts(self, now: datetime, kept: timedelta = KEPT) -> Facts:
        """What is kept of wishes and changes reaches back that long."""
        open_now = {one.incident.target: f"incident {one.incident.id}" for one in self._incidents.open_incidents()}
        return Facts(
            now,
            self._wishes.since(now - kept),
            self._scales.all_changes(now - kept),
            self._scales.all_failures(now - KEPT),
            {deploy.target: f"deploy {deploy.id}" for deploy in self._deploys.unfinished()},
            open_now,
            self._grips.standing(),
            frozenset(act.target for act in self._scales.unfinished()),
            "the bot itself sees nothing now" if self._blindnesses.standing() else "",
        )

    def of(self, room: Room, facts: Facts) -> Capacity:
        target, grip = room.target, facts.grips.get(room.target)
        return Capacity(
            room.standing.desired,
            self._loads(room, facts.now),
            facts.changes.get(target, ()),
            facts.wishes.get(target, ()),
            facts.deploying.get(target, ""),
            facts.incidents.get(target, facts.blind),
            grip.until if grip else None,
            facts.failures.get(target, ()),
        )

    def _loads(self, room: Room, now: datetime) -> tuple[Load, ...]:
        """With the releases that the room knows."""
        runs = {machine.name: machine.release for machine in room.standing.machines}
        loads = self._cpu.loads(room.target, now)
        return tuple(replace(load, release=runs.get(load.host, load.release)) for load in loads)
