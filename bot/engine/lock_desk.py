"""Where locks are asked for and given back."""

from collections.abc import Callable
from datetime import timedelta

from bot.engine.doors import Doors
from bot.engine.journal import Journal
from bot.engine.outages import NUMBER
from bot.fleet import Fleet
from bot.holds import How, Lock, Scope, Wish
from bot.messages.locks import asking_message, taken_message, unlocked_message
from bot.model import Target
from bot.plan.known import find_scope
from bot.plan.locks import decide_lock, decide_take_over, decide_unlock
from bot.refusals import Reason, Refusal


class LockDesk:
    def __init__(self, journal: Journal, doors: Doors, fleet: Callable[[], Fleet]) -> None:
        self._journal = journal
        self._book = journal.locks
        self._doors = doors
        self._fleet = fleet

    def lock(
        self,
        user: str,
        service: str | None,
        environment: str | None,
        reason: str,
        lease: timedelta | None,
        ref: str = "",
    ) -> Lock | Refusal:
        """`service` None: every service of the environment. `ref`: the only one that the holder deploys meanwhile."""
        scope = self._open(user, find_scope(self._fleet(), service, environment))
        if isinstance(scope, Refusal):
            return scope
        with self._journal.transaction() as now:
            standing = self._book.rows.of(scope)
            wanted = decide_lock(Wish(scope, user, reason, lease, ref), standing, now)
            if isinstance(wanted, Refusal):
                return wanted
            taken = self._book.renew(wanted, now) if wanted.id else self._book.take(wanted, now)
            return taken or Refusal(Reason.HELD, str(scope), lock=self._book.rows.of(scope))

    def look(self, user: str, button: str) -> Lock | Refusal:
        """The lock of that number, if this person may take it over now. Nothing is decided."""
        seen = self._shown(user, button)
        if isinstance(seen, Refusal) or not seen.ended_at:
            return seen
        return Refusal(Reason.NOT_LOCKED, str(seen.scope), lock=seen)

    def take_over(self, user: str, button: str, reason: str, lease: timedelta | None, ref: str = "") -> Lock | Refusal:
        """The lock of that number, which the asker was shown."""
        seen = self._shown(user, button)
        if isinstance(seen, Refusal):
            return seen
        with self._journal.transaction() as now:
            standing = self._book.rows.of(seen.scope)
            wanted = decide_take_over(Wish(seen.scope, user, reason, lease, ref), seen.id, standing, now)
            if isinstance(wanted, Refusal) or standing is None:
                return wanted
            taken = self._book.take_over(wanted, standing, now)
            if taken is None:
                return Refusal(Reason.NOT_LOCKED, str(seen.scope))
            self._show_deploy(standing, f"the lock was taken over by <@{user}>")
            if standing.holder:
                self._journal.say(f"lock:{standing.id}", "taken", taken_message(taken, standing), now)
            return taken

    def unlock(self, user: str, service: str | None, environment: str | None) -> Lock | Refusal:
        """The ended lock."""
        scope = self._open(user, find_scope(self._fleet(), service, environment))
        return scope if isinstance(scope, Refusal) else self._unlock(user, scope)

    def unlock_shown(self, user: str, button: str) -> Lock | Refusal:
        """By the number on a button: that very lock, and no other that stands there."""
        seen = self._shown(user, button)
        if isinstance(seen, Refusal):
            return seen
        if seen.ended_at:
            return Refusal(Reason.NOT_LOCKED, str(seen.scope), lock=seen)
        return self._unlock(user, seen.scope, seen.id)

    def left(self, lock: Lock) -> Lock | None:
        """What still holds back the scope of a lock that was ended."""
        now = self._journal.clock.now()
        return next((one for one in self._book.rows.all_of(lock.scope) if one.live(now)), None)

    def ask_holder(self, user: str, button: str) -> Lock | Refusal:
        """Asks the holder in the lock's thread, once for each asker; anybody may."""
        seen = self._found(button)
        if isinstance(seen, Refusal):
            return seen
        with self._journal.transaction() as now:
            standing = self._book.rows.get(seen.id)
            if standing is None or not standing.live(now) or not standing.holder:
                return Refusal(Reason.NOT_LOCKED, str(seen.scope), lock=seen)
            self._journal.say(f"lock:{seen.id}", f"asked-{user}", asking_message(seen, user), now)
            return seen

    def lapse(self) -> None:
        """Writes down the end of leases that are over."""
        with self._journal.transaction() as now:
            self._book.lapse(now)

    def _unlock(self, user: str, scope: Scope, number: int = 0) -> Lock | Refusal:
        """Without a number whichever of the scope's locks this person may end."""
        with self._journal.transaction() as now:
            standing = [lock for lock in self._book.rows.all_of(scope) if number in (0, lock.id)]
            wanted = decide_unlock(user, scope, standing, now)
            if isinstance(wanted, Refusal):
                return wanted
            ended = self._book.end(wanted, How.UNLOCKED, user, now)
            if ended is None:
                return Refusal(Reason.NOT_LOCKED, str(scope))
            self._show_deploy(ended, f"unlocked by <@{user}>")
            return ended

    def _show_deploy(self, lock: Lock, words: str) -> None:
        """Where a deploy's message says the lock: it no longer does, and its thread says why."""
        if lock.deploy is not None:
            with self._journal.writing(lock.deploy) as now:
                self._journal.reply(lock.deploy, f"lock-{lock.id}", unlocked_message(words), now)

    def _shown(self, user: str, button: str) -> Lock | Refusal:
        found = self._found(button)
        if isinstance(found, Refusal):
            return found
        scope = self._open(user, found.scope)
        return scope if isinstance(scope, Refusal) else found

    def _found(self, button: str) -> Lock | Refusal:
        found = self._book.rows.get(int(button)) if NUMBER.fullmatch(button) else None
        return found or Refusal(Reason.OVER, detail="there is no such lock")

    def _open(self, user: str, scope: Scope | Refusal) -> Scope | Refusal:
        """Who may deploy there may lock."""
        if isinstance(scope, Refusal):
            return scope
        return self._doors.closed(user, Target(scope.service or "", scope.environment)) or scope
