"""Brings letters to the other ways out: retried with pauses for a day, one at a time per way, and never in the way of
Slack or of the checks.

A mailbox cannot be looked into. An attempt that has no clear end (the process died, the deadline passed, the server
said no after it had read) is made again, and says so: a letter comes once as a rule, twice rather than never.
"""

from collections.abc import Callable, Collection
from concurrent.futures import Executor
from datetime import timedelta

import structlog

from bot.engine.clock import Clock
from bot.engine.ways import Ways
from bot.letters import Dispatch, Letter, entry_of
from bot.messages.letter import sent
from bot.model import Severity
from bot.plan.ways import pause
from bot.state.database import Database
from bot.state.dispatches import Dispatches
from bot.state.outbox import Outbox

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)  # an attempt of a process that is gone; more than the port's deadline
PATIENCE = timedelta(hours=24)  # after that it is no news any more
SLACK_AWAY = timedelta(minutes=2)  # a message that waits for Slack for so long goes out by the other ways

Port = Callable[[str, Letter], str]
"""Sends a letter by this way, and says why it did not go; empty when it did. Has a deadline of its own."""


class Courier:
    """`names` are the ways of NOTIFY_URLS. `run_once` never waits for a way: the port is called in `threads`."""

    def __init__(
        self, db: Database, ways: Ways, names: Collection[str], port: Port, threads: Executor, clock: Clock
    ) -> None:
        self._db = db
        self._dispatches = Dispatches(db)
        self._outbox = Outbox(db)
        self._ways = ways
        self._names, self._entries = frozenset(names), frozenset(map(entry_of, names))
        self._port = port
        self._threads = threads
        self._clock = clock
        self._busy: set[str] = set()
        self._troubled: set[str] = set()
        self._taken: set[str] = set()  # messages that need not be written once more

    def run_once(self) -> int:
        """Begins what may go now; how many that were. Raises StateError when the database is in trouble."""
        self._take_from_slack()
        begun = 0
        for row in self._dispatches.due(self._clock.now()):
            if not self._knows(row.way):
                self._give_up(row, "this way is no longer in NOTIFY_URLS")
            elif row.way not in self._busy:
                begun += self._begin(row)
        return begun

    def _knows(self, way: str) -> bool:
        """Also an entry as a whole that is several ways by now, and one of the recipients of an entry that is one."""
        return way in self._names or way in self._entries or entry_of(way) in self._names

    def _take_from_slack(self) -> None:
        """Alerts that Slack has not taken for long."""
        now = self._clock.now()
        stuck = self._outbox.stuck(now - SLACK_AWAY) if self._names else ()
        fresh = [(key, message) for key, message in stuck if key not in self._taken]
        if fresh:
            with self._db.transaction():
                for key, message in fresh:
                    self._ways.tell(key, message, now, Severity.WARN, away=True)
        self._taken = {key for key, _ in stuck}

    def _begin(self, row: Dispatch) -> int:
        claimed = self._dispatches.claim(row, self._clock.now() + LEASE)
        if claimed is None:
            return 0
        self._busy.add(row.way)
        self._threads.submit(self._carry, claimed)
        return 1

    def _carry(self, row: Dispatch) -> None:
        """In a thread. What it cannot record is tried again once its lease is over."""
        try:
            self._settle(row, self._port(row.way, sent(row)))
        except Exception:
            log.exception("sending a message by another way failed; trying again", way=row.way, message=row.key)
        finally:
            self._busy.discard(row.way)

    def _settle(self, row: Dispatch, trouble: str) -> None:
        now = self._clock.now()
        if not trouble:
            self._dispatches.sent(row, now)
            if row.way in self._troubled:
                log.info("another way out takes messages again", way=row.way)
            self._troubled.discard(row.way)
        elif now - row.created_at > PATIENCE:
            self._give_up(row, trouble)
        else:
            self._dispatches.failed(row, now + pause(row.attempts), trouble)
            if row.way not in self._troubled:
                log.error("another way out does not take messages; trying again", way=row.way, error=trouble)
            self._troubled.add(row.way)

    def _give_up(self, row: Dispatch, why: str) -> None:
        log.error("a message does not go out by another way", way=row.way, message=row.key, error=why)
        self._dispatches.give_up(row, self._clock.now(), why)
