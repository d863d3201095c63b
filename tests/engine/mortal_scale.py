"""Processes that change a number of hosts and die at a moment of the test's choice: `python -m` this module.

Machines outlive them in a file, as they would in a cloud: each is made by a call of its own, with the order's token.
"""

import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app.scaling import Machines
from bot.capacity import Fitness, Machine, Pool, ScaleOrder, Standing
from bot.fleet import Fleet
from bot.grammar import Amount
from bot.scales import Scaling
from tests.building import TARGET, fleet_of
from tests.engine.mortal import Moments, Mortal, main
from tests.engine.scaled import EC2, RULES
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

OUT, IN = "+2", "-2"


class Filed:
    """Fills Scaler: the machines are a file, written whole before the next call is answered."""

    def __init__(self, path: Path, moments: Moments) -> None:
        self._path, self._moments = path, moments
        self._guard = threading.RLock()
        if not path.exists():
            for number in range(1, 5):
                self._put(f"m-{number}", Fitness.HEALTHY, "")

    def kept(self) -> dict[str, Any]:
        with self._guard:
            found: dict[str, Any] = json.loads(self._path.read_text()) if self._path.exists() else {}
            return found

    def read(self, pool: Pool) -> Standing:
        machines = tuple(_machine(name, *one) for name, one in self.kept().items())
        return Standing(sum(machine.stays for machine in machines), machines)

    def shielded(self, pool: Pool, names: Sequence[str]) -> frozenset[str]:
        return frozenset()

    def advance(self, pool: Pool, order: ScaleOrder) -> Standing:
        for name in order.leave:
            if name in self.kept():
                self._moments.passing(f"terminate {name} begins")
                self._drop(name)
                self._moments.passing(f"terminate {name} has acted")
        for _ in range(order.after - self.read(pool).desired):
            name = f"m-{max(int(known[2:]) for known in self.kept()) + 1}"
            self._moments.passing(f"launch {name} begins")
            self._put(name, Fitness.PENDING, order.id)
            self._moments.passing(f"launch {name} has acted")
        for machine in self.read(pool).machines:
            if machine.fitness is Fitness.PENDING and (order.ready is None or machine.name in order.ready):
                self._moments.passing(f"register {machine.name} begins")
                self._put(machine.name, Fitness.HEALTHY, machine.order)
                self._moments.passing(f"register {machine.name} has acted")
        return self.read(pool)

    def _put(self, name: str, fitness: Fitness, order: str) -> None:
        with self._guard:
            self._write({**self.kept(), name: [fitness.value, order]})

    def _drop(self, name: str) -> None:
        with self._guard:
            self._write({known: one for known, one in self.kept().items() if known != name})

    def _write(self, machines: dict[str, Any]) -> None:
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps(machines))
        draft.replace(self._path)


def _machine(name: str, fitness: str, order: str) -> Machine:
    made = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=int(name[2:]))
    return Machine(name, Fitness(fitness), made, order=order)


class MortalScaled(Mortal):
    """`/scale` by a person, over machines in a file."""

    def __init__(self, directory: Path, moments: Moments, ref: str) -> None:
        self.filed = Filed(directory / "machines.json", moments)
        super().__init__(directory, moments, ref)

    def some_machines(self) -> Machines:
        return Machines(self.filed, lambda target: EC2 if target == TARGET else None)

    def current(self) -> Fleet:
        names = list(self.filed.kept())
        return fleet_of(names, ((*PRODUCTION, "scale"), {**RULES, "target_cpu": 60}))

    def carry_on(self, ref: str) -> None:
        """What a person does: asks for it unless it was asked for already; then waits for its end."""
        if ref[0] not in "+-":
            super().carry_on(ref)
            return
        known = self.scaling.book.rows.newest(TARGET, 1)
        begun = known[0] if known else self.scaling.desk.ask("U0ANA", "shop", None, Amount(int(ref[1:]), ref[0]))
        assert isinstance(begun, Scaling), begun
        eventually(lambda: self._ended(begun.id), timeout=60)

    def _ended(self, number: int) -> bool:
        found = self.scaling.book.rows.get(number)
        return found is not None and found.finished_at is not None and self.durable.over("scale", number)


if __name__ == "__main__":
    main(MortalScaled)
