"""Where the contract suite of managed systems runs: one place per system, each with a shop in it."""

import hashlib
from abc import ABC, abstractmethod

from bot.backends.managed import Managed, ManagedSite
from bot.backends.memory_managed import MemoryManaged
from bot.fleet.managed import ManagedConfig
from bot.managed import Course, ManagedOrder


class ManagedPlace(ABC):
    """A system with one service in it, which runs `first`. A name is what `resolve` is asked for.

    `pause_at`: a checkpoint in percent that this system can wait at; None: it knows none.
    """

    site: ManagedSite
    pause_at: int | None = None

    @abstractmethod
    def backend(self) -> Managed:
        """The same backend again, or a fresh one that knows nothing: the promises do not depend on it."""

    @abstractmethod
    def release(self, name: str, broken: str = "") -> None:
        """There is one more release, the newest, of this name; `broken` is why it fails."""

    @abstractmethod
    def move(self) -> None:
        """Time passes: what the system does by itself between two looks."""

    @abstractmethod
    def begun(self) -> int:
        """How many rollouts the system itself has begun since the first."""

    @abstractmethod
    def tamper(self) -> None:
        """A hand changes what runs there."""

    def follow(self, order: ManagedOrder, looks: int = 50) -> Course:
        """The last look at an order: over, or waiting."""
        for _ in range(looks):
            course = self.backend().look(self.site, order)
            if course.over or (course.checkpoint is not None and course.checkpoint >= 0):
                return course
            if course.checkpoint is not None:
                self.backend().go_on(self.site, order, course.checkpoint)
            self.move()
        raise AssertionError(f"{order.id} does not end: {course}")


class InMemory(ManagedConfig):
    BACKEND = "memory"

    @property
    def unit(self) -> str:
        return "shop (memory)"


class MemoryManagedPlace(ManagedPlace):
    pause_at = 25

    def __init__(self) -> None:
        self._backend = MemoryManaged()
        self.site = ManagedSite("shop", "production", "memory", InMemory())
        self._unit = self._backend.unit("shop", "production")
        self.release("first")
        self._unit.current = self._unit.names["first"]

    def backend(self) -> MemoryManaged:
        return self._backend

    def release(self, name: str, broken: str = "") -> None:
        sha = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
        self._unit.names[name] = sha
        if broken:
            self._unit.breaks[sha] = (50, broken)

    def move(self) -> None:
        """A look moves it."""

    def begun(self) -> int:
        return len(self._backend.begun)

    def tamper(self) -> None:
        self._unit.drift = ("task 7 runs something else",)
