"""Pools for the contract suite of scalers: how each is made, and what is done to it behind the bot's back."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta

from bot.backends.memory_pools import MemoryPools
from bot.backends.scaler import Scaler
from bot.capacity import AsgPool, Pool, ScaleOrder, Standing, reached
from bot.cloud import HERE
from tests.waiting import eventually

MINUTE = timedelta(minutes=1)


class PoolPlace(ABC):
    """One pool of three machines that are well."""

    pool: Pool

    @abstractmethod
    def scaler(self) -> Scaler:
        """A new one each time, as after a crash."""

    @abstractmethod
    def elsewhere(self) -> Pool:
        """A pool that does not exist."""

    @abstractmethod
    def kill(self, name: str) -> None:
        """End a machine, by somebody else."""

    @abstractmethod
    def shield(self, name: str) -> None:
        """Tell the cloud never to end it."""

    @abstractmethod
    def wait(self) -> None:
        """Let some time pass there."""

    def read(self) -> Standing:
        return self.scaler().read(self.pool)

    @abstractmethod
    def close(self) -> None:
        """Whatever it opened."""

    def names(self) -> list[str]:
        return [machine.name for machine in self.read().staying]

    def through(self, order: ScaleOrder) -> Standing:
        """Given until it is reached, each time by a bot that knows nothing of the last time."""

        def given() -> Standing | None:
            standing = self.scaler().advance(self.pool, order)
            self.wait()
            return standing if reached(order, standing) else None

        return eventually(given, timeout=60) or self.read()


class MemoryPoolPlace(PoolPlace):
    pool = AsgPool("shop", HERE)

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 27, 12, tzinfo=UTC)
        self.pools = MemoryPools(lambda: self.now, MINUTE, MINUTE)
        self.pools.put(self.pool, 3)

    def scaler(self) -> MemoryPools:
        return self.pools

    def elsewhere(self) -> Pool:
        return AsgPool("nothing", HERE)

    def kill(self, name: str) -> None:
        self.pools.kill(self.pool, name)

    def shield(self, name: str) -> None:
        self.pools.of(self.pool).shielded.add(name)

    def wait(self) -> None:
        self.now += MINUTE

    def close(self) -> None:
        """Nothing was opened."""
