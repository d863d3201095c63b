"""What changes numbers of hosts, put together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.backends.scaler import Scaler
from bot.capacity import Pool
from bot.engine.board import CpuSeries
from bot.engine.capacities import Capacities, CpuLoads
from bot.engine.clock import Clock
from bot.engine.doors import Doors
from bot.engine.durable import Durable
from bot.engine.equipping import Equipping
from bot.engine.eyes import Eyes
from bot.engine.orchestrator import Orchestrator
from bot.engine.outages import Outages
from bot.engine.outlook import Outlooks
from bot.engine.pools import NoCpu, NoScaler, no_pool
from bot.engine.relief import Relief
from bot.engine.replacing import ReplaceDesk
from bot.engine.scale_book import ScaleBook
from bot.engine.scale_desk import ScaleDesk
from bot.engine.scale_weighing import ScaleWeighing
from bot.engine.scaling import ScaleRuns
from bot.engine.stands import Stands
from bot.engine.standstill import Standstill
from bot.fleet import Fleet
from bot.model import Target
from bot.state.database import Database
from bot.state.outbox import Outbox


class CpuAccount(CpuLoads, CpuSeries, Protocol):
    """bot.engine.cpu.CpuBook."""


@dataclass(frozen=True, slots=True)
class Machines:
    """What is asked and acted on. `pool` is what the fleet file says of a target's machines, `cpu` how busy they are,
    `stands` how they stood last.
    """

    scaler: Scaler = field(default_factory=NoScaler)
    pool: Callable[[Target], Pool | None] = no_pool
    cpu: CpuAccount = field(default_factory=NoCpu)
    stands: Stands | None = None


class ScalingEngine:
    def __init__(
        self,
        db: Database,
        machines: Machines,
        equipping: Equipping,
        doors: Doors,
        outages: Outages,
        durable: Durable,
        fleet: Callable[[], Fleet],
        clock: Clock,
        prefix: str = "",
    ) -> None:
        scaler, pool = machines.scaler, machines.pool
        stands = self.stands = machines.stands or Stands(scaler, clock)
        self.book = ScaleBook(db, Outbox(db), fleet, clock, prefix, outages)
        self.runs = ScaleRuns(self.book, scaler, stands, pool, equipping, durable, clock)
        weighing = ScaleWeighing(db, scaler, stands, pool, fleet, clock)
        capacities = Capacities(db, machines.cpu)
        eyes = Eyes(db)
        self.desk = ScaleDesk(self.book, self.runs, weighing, doors, eyes, fleet)
        self.replacing = ReplaceDesk(
            self.book, self.runs, weighing, self.desk, scaler, stands, pool, doors, eyes, fleet
        )
        self.relief = Relief(db, self.book, self.runs, weighing, self.replacing, doors, outages)
        self.outlooks = Outlooks(db, weighing, capacities, fleet, clock)
        standstill = Standstill(db, self.book)
        self._fleet, self._pool = fleet, pool
        self.orchestrator = Orchestrator(db, self.book, self.runs, weighing, capacities, standstill, pool, fleet)

    def places(self) -> list[Target]:
        """Those whose number of hosts can be changed, in the file's order."""
        fleet = self._fleet()
        deployments = ((target, fleet.deployment(target)) for target in fleet.targets())
        return [target for target, found in deployments if found and found.scale and self._pool(target)]
