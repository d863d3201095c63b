"""Locks as they begin and end: row, audit and message in one transaction."""

from collections.abc import Callable
from datetime import datetime

from bot.engine.audit import Audit
from bot.fleet import Fleet
from bot.holds import How, Lock
from bot.messages.commands import prefixed
from bot.messages.locks import lock_message
from bot.model import Outgoing, Target
from bot.state.database import Database
from bot.state.locks import Locks
from bot.state.outbox import Outbox
from bot.trail import THE_BOT, What


class LockBook:
    """A lock that a deploy's rollback left behind has no message of its own: the deploy's says it."""

    def __init__(
        self, db: Database, outbox: Outbox, audit: Audit, fleet: Callable[[], Fleet], prefix: str = ""
    ) -> None:
        self._db = db
        self._outbox = outbox
        self._audit = audit
        self._fleet = fleet
        self._prefix = prefix
        self.rows = Locks(db)

    def take(self, lock: Lock, now: datetime) -> Lock | None:
        """The lock as written; None when another one stands there."""
        with self._db.transaction():
            self.lapse(now)
            taken = self.rows.take(lock)
            return self._told(taken, What.LOCK_TAKEN, lock.holder, now, after=kept_words(taken)) if taken else None

    def take_over(self, lock: Lock, old: Lock, now: datetime) -> Lock | None:
        """The new lock in the place of the old one; None when that had ended."""
        with self._db.transaction():
            if self.end(old, How.TAKEN, lock.holder, now) is None:
                return None
            taken = self.rows.take(lock)
            if taken is None:
                return None
            return self._told(taken, What.LOCK_TAKEN_OVER, lock.holder, now, kept_words(old), kept_words(taken))

    def renew(self, lock: Lock, now: datetime) -> Lock | None:
        """With its new lease and reason; None when it has ended."""
        with self._db.transaction():
            before, renewed = self.rows.get(lock.id), self.rows.renew(lock)
            if before is None or renewed is None:
                return None
            return self._told(renewed, What.LOCK_TAKEN, lock.holder, now, kept_words(before), kept_words(renewed))

    def end(self, lock: Lock, how: How, by: str, now: datetime) -> Lock | None:
        """None when it had ended before."""
        with self._db.transaction():
            ended = self.rows.end(lock.id, how, by, now)
            return self._told(ended, What.LOCK_ENDED, by, now, kept_words(lock), how.value) if ended else None

    def lapse(self, now: datetime) -> None:
        """Writes down the end of leases that are over; they hold nobody back as it is."""
        for lock in self.rows.lapsed(now):
            self.end(lock, How.LAPSED, "", lock.until or now)

    def _told(self, lock: Lock, what: What, by: str, now: datetime, before: str = "", after: str = "") -> Lock:
        """In the audit and in the channel."""
        target = Target(lock.scope.service or "", lock.scope.environment)
        self._audit.note(by or THE_BOT, what, f"lock {lock.id} of {lock.scope}", target, lock.reason, before, after)
        if lock.deploy is None:
            message = prefixed(lock_message(lock), self._prefix)
            self._outbox.put(Outgoing(f"lock:{lock.id}", self._fleet().channels.deploys, message), now)
        return lock


def kept_words(lock: Lock) -> str:
    """How a lock stands, for the audit: `U0ANA until 2026-11-23T08:00:00+00:00, for 1.4.2: load test`."""
    until = lock.until.isoformat() if lock.until else "unlocked"
    only = f", for {lock.ref}" if lock.ref else ""
    return f"{lock.holder or THE_BOT} until {until}{only}: {lock.reason}"
