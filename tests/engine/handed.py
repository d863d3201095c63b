"""The deploy engine over a system in memory that brings releases by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.backends.memory_managed import MemoryManaged, Unit
from bot.fleet import Fleet
from bot.model import Target
from tests.building import TARGET, fleet_of
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION, SHOP

ECS = {"service": "shop", "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop"}
MANAGED: dict[str, Any] = {"backend": "ecs", "ecs": ECS}
CANARY = {"kind": "canary", "batches": ["20%", "100%"]}
SERVICE = "shop (ECS)"


def digest(name: str) -> str:
    return "sha256:" + name.encode().hex().ljust(64, "0")


def managed_fleet(*changes: tuple[Any, Any], **more: Any) -> Fleet:
    """One that ECS runs in production; `more` are keys of it."""
    return fleet_of(["web1"], (PRODUCTION, {**MANAGED, **more}), *changes)


def three(*changes: tuple[Any, Any]) -> Fleet:
    """The same in dev, qa and production."""
    places = {name: dict(MANAGED) for name in ("dev", "qa", "production")}
    return fleet_of(
        ["web1"], ((*SHOP, "environments"), places), (("environments",), ["dev", "qa", "production"]), *changes
    )


class Handed(Line):
    """`unit` is the service in production, which runs 1.4.1 by the bot's own deploy."""

    def __init__(self, directory: Path, fleet: Fleet, stride: int = 50) -> None:
        self.memory = MemoryManaged(stride)
        super().__init__(directory, fleet)

    def start(self) -> None:
        self.systems = {"ecs": self.memory}
        for target in self.fleet.targets():
            for name in ("1.4.1", "1.4.2", "1.5.0"):
                self.unit_of(target).names.setdefault(name, digest(name))
        super().start()

    def unit_of(self, target: Target) -> Unit:
        return self.memory.unit(target.service, target.environment)

    @property
    def unit(self) -> Unit:
        return self.unit_of(TARGET)

    def breaks(self, name: str, why: str, share: int = 50) -> None:
        self.unit.breaks[digest(name)] = (share, why)


@contextmanager
def handed_on(directory: Path, fleet: Fleet, first: str | None = "1.4.1", stride: int = 50) -> Iterator[Handed]:
    made = Handed(directory, fleet, stride)
    made.launch()
    try:
        if first:
            made.deploy(first)
        yield made
    finally:
        made.stop()
