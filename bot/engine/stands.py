"""How the machines of each service stood when they were last looked at: kept in memory, for whoever must not ask."""

import threading
from datetime import datetime, timedelta

from bot.backends.scaler import Scaler
from bot.capacity import Pool, Standing
from bot.engine.clock import Clock
from bot.model import Target

STALE = timedelta(minutes=10)  # so old it says nothing any more


class Stands:
    """`scaler` is asked by `read` only. May be called from any thread."""

    def __init__(self, scaler: Scaler, clock: Clock) -> None:
        self._scaler = scaler
        self._clock = clock
        self._seen: dict[Target, tuple[datetime, Standing]] = {}
        self._guard = threading.Lock()

    def read(self, target: Target, pool: Pool) -> Standing:
        """From the cloud, now. Raises CloudError."""
        found = self._scaler.read(pool)
        self.put(target, found)
        return found

    def put(self, target: Target, found: Standing) -> None:
        with self._guard:
            self._seen[target] = (self._clock.now(), found)

    def last(self, target: Target) -> Standing | None:
        """None when it was not looked at lately."""
        with self._guard:
            seen = self._seen.get(target)
        return seen[1] if seen and self._clock.now() - seen[0] < STALE else None
