"""What holds deploys back, asked before one begins and again in the transaction that begins it."""

from collections.abc import Callable
from typing import TypeVar

from bot.engine.clock import Clock
from bot.fleet import Fleet
from bot.holds import Frozen, Hold, Lock
from bot.model import Target
from bot.plan.freeze import frozen
from bot.plan.objections import Going, objections, passed, widest
from bot.refusals import Refusal
from bot.state.database import Database
from bot.state.freezes import Freezes
from bot.state.locks import Locks

T = TypeVar("T")


class Holds:
    def __init__(self, db: Database, fleet: Callable[[], Fleet], clock: Clock) -> None:
        self._db = db
        self._fleet = fleet
        self._clock = clock
        self._locks = Locks(db)
        self._freezes = Freezes(db)

    def bar(self, going: Going) -> Refusal | None:
        """The first thing that stands in its way, or None."""
        now = self._clock.now()
        found = objections(going, self._locks.standing(), self.frozen(going.target.environment), now)
        return found[0] if found else None

    def against(self, going: Going) -> Hold:
        """The lock and the freeze that stand in its way."""
        found = objections(going, self._locks.standing(), self.frozen(going.target.environment), self._clock.now())
        locks, freezes = [one.lock for one in found if one.lock], [one.frozen for one in found if one.frozen]
        return Hold(next(iter(locks), None), next(iter(freezes), None))

    def unless_barred(self, going: Going, begin: Callable[[str], T]) -> T | Refusal:
        """Begins it, told what force passes, unless something has come in its way meanwhile."""
        with self._db.transaction():
            return self.bar(going) or begin(passed(going, self.frozen(going.target.environment)))

    def frozen(self, environment: str) -> Frozen | None:
        windows = self._fleet().freezes.get(environment, ())
        return frozen(environment, windows, self._freezes.of(environment), self._clock.now())

    def of(self, target: Target) -> Hold:
        lying = widest(self._locks.standing(), target, self._clock.now())
        return Hold(lying[0] if lying else None, self.frozen(target.environment))

    def standing(self) -> tuple[list[Lock], list[Frozen]]:
        """All that holds anything back now."""
        now = self._clock.now()
        locks = [lock for lock in self._locks.standing() if lock.live(now)]
        freezes = [self.frozen(environment) for environment in self._fleet().environments]
        return locks, [found for found in freezes if found]
