"""The same as mortal.py of a service that ECS runs, in moto's server: `python -m tests.engine.mortal_ecs`.

What the fleet file says of it stands in `ecs.json` of the directory. Two more moments have names: `registered` and
`updated`.
"""

import json
from pathlib import Path

from bot.backends.aws_sessions import Sessions
from bot.backends.ecs import EcsServices, Now
from bot.backends.managed import ManagedSite
from bot.backends.registries import Registries
from bot.managed import ManagedOrder
from bot.records import Deploy
from tests.engine.handed import managed_fleet
from tests.engine.line import Line
from tests.engine.mortal import Moments, Mortal, main
from tests.waiting import eventually


class Watched(EcsServices):
    """Passes a moment after each thing that it did in AWS."""

    def __init__(self, moments: Moments) -> None:
        sessions = Sessions()
        super().__init__(sessions, Registries(sessions))
        self._moments = moments

    def _register(self, now: Now, order: ManagedOrder) -> str:
        made = super()._register(now, order)
        self._moments.passing("registered")
        return made

    def begin(self, site: ManagedSite, order: ManagedOrder) -> None:
        super().begin(site, order)
        self._moments.passing("updated")


class OnEcs(Mortal):
    def __init__(self, directory: Path, moments: Moments, ref: str) -> None:
        self.moments = moments
        Line.__init__(self, directory, managed_fleet(ecs=json.loads((directory / "ecs.json").read_text())))

    def start(self) -> None:
        self.systems = {"ecs": Watched(self.moments)}
        super().start()

    def carry_on(self, ref: str) -> None:
        known = self.journal.deploys.recent(1)
        begun = known[0] if known else self.ask(ref)
        assert isinstance(begun, Deploy), begun
        self.ended(begun.id)
        eventually(lambda: self.durable.over("deploy", begun.id), timeout=60)


if __name__ == "__main__":
    main(OnEcs)
