"""The deploy engine before a pool of machines in memory, each of which is a host once it is there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app.scaling import Machines
from bot.backends.memory_pools import MemoryPools
from bot.capacity import AsgPool, Ec2Pool, Launch, Pool, Standing
from bot.cloud import Account, Search, TargetGroup
from bot.engine.pools import NoCpu
from bot.fleet import Fleet
from bot.grammar import ScaleTo, parse_scale
from bot.model import Target
from bot.refusals import Refusal
from bot.scales import Scaling
from bot.scaling import Load
from tests.building import TARGET, fleet_of
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

HERE = Account("eu-west-1")
ASG: Pool = AsgPool("shop", HERE)
SEARCH = Search((("service", "shop"),), HERE, "deploy", 22, "private_ip", {})
EC2: Pool = Ec2Pool(SEARCH, Launch("shop"), TargetGroup("shop"))
RULES: dict[str, Any] = {"min": 2, "max": 10, "target_cpu": 60, "cost_per_hour": 0.1}
WARM, DRAIN = timedelta(seconds=60), timedelta(seconds=30)


class Cpu(NoCpu):
    """Fills CpuLoads: every machine that serves has the same CPU, unless it is told apart."""

    def __init__(self, line: "ScaledLine") -> None:
        self._line = line
        self.all: float | None = 60.0
        self.of: dict[str, float | None] = {}

    def loads(self, target: Target, now: datetime) -> tuple[Load, ...]:
        found = self._line.pools.of(self._line.pool).machines.values()
        serving = [one for one in found if one.fitness == "healthy"]
        return tuple(Load(one.name, one.launched_at, self.of.get(one.name, self.all)) for one in serving)


class ScaledLine(Line):
    """Four machines; `rules` stand in the fleet file. `machines_are_hosts`: the bot deploys to each."""

    def __init__(
        self,
        directory: Path,
        rules: dict[str, Any] | None,
        pool: Pool = ASG,
        changes: Sequence[tuple[Any, Any]] = (),
        machines: int = 4,
    ) -> None:
        self.pool, self.rules, self.known = pool, rules, True
        self.changes_of_file = tuple(changes)
        self.pools = MemoryPools(lambda: self.clock.now(), WARM, DRAIN)
        self.cpu = Cpu(self)
        self._made: tuple[tuple[str, ...], Fleet] | None = None
        self.clock = self.a_clock()
        self.pools.put(pool, machines)
        self.clock.sleep(timedelta(hours=1))  # they have long been there
        super().__init__(directory)

    def a_clock(self) -> Any:
        return getattr(self, "clock", None) or super().a_clock()

    def some_machines(self) -> Machines:
        return Machines(self.pools, lambda target: self.pool if target == TARGET and self.known else None, self.cpu)

    def current(self) -> Fleet:
        """With the machines that stay as its hosts."""
        names = tuple(one.name for one in self.pools.of(self.pool).machines.values() if one.stays)
        if self._made is None or self._made[0] != names:
            scale = [((*PRODUCTION, "scale"), self.rules)] if self.rules else []
            self._made = (names, fleet_of(names, *scale, *self.changes_of_file))
        return self._made[1]

    # what people and time do

    def ask_scale(self, text: str, user: str = "U0ANA") -> Scaling | Refusal:
        command = parse_scale(f"shop {text}")
        assert isinstance(command, ScaleTo), command
        return self.scaling.desk.ask(user, command.service, command.environment, command.amount)

    def scale(self, text: str, user: str = "U0ANA") -> Scaling:
        """Asks, and waits for its end."""
        found = self.ask_scale(text, user)
        assert isinstance(found, Scaling), found
        return self.scale_ended(found.id)

    def scale_ended(self, number: int) -> Scaling:
        def end() -> Scaling | None:
            found = self.scaling.book.rows.get(number)
            return found if found and found.finished_at else None

        found = eventually(end, timeout=60)
        assert found is not None
        return found

    def sweep(self, cpu: float | None = None, after: int = 15) -> list[Scaling]:
        """One look of the orchestrator some seconds later, and the acts that it began, each at its end."""
        self.clock.sleep(timedelta(seconds=after))
        if cpu is not None:
            self.cpu.all = cpu
        rows = self.scaling.book.rows
        before = {act.id for act in rows.newest(TARGET, 1)}
        self.scaling.orchestrator.sweep()
        begun = [act.id for act in rows.newest(TARGET, 1) if act.id not in before]  # it may have ended already
        return [self.scale_ended(number) for number in begun]

    # what is so

    def runs(self) -> list[str]:
        self.fleet = self.current()
        return super().runs()

    def stands(self) -> Standing:
        return self.pools.read(self.pool)

    def staying(self) -> list[str]:
        return [one.name for one in self.stands().staying]

    def launched(self) -> int:
        return sum(what == "launch" for what, _ in self.pools.acts)


@contextmanager
def scaled_on(directory: Path, rules: dict[str, Any] | None = RULES, **more: Any) -> Iterator[ScaledLine]:
    made = ScaledLine(directory, rules, **more)
    made.launch()
    try:
        yield made
    finally:
        made.stop()
