"""One SQLite file, one connection per thread, write transactions that begin by taking the write lock.

Instants are stored as REAL seconds since 1970 (UTC), values without columns of their own as JSON text.
"""

import sqlite3
import threading
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlite_utils import Database as SqliteDatabase

from bot.errors import DatabaseBroken, DatabaseFull, DatabaseLocked, StateError
from bot.state.settled import Schema, SettledDatabase

BUSY_TIMEOUT = 10.0  # seconds a writer waits for another before DatabaseLocked
KEPT = 32  # connections of threads that have ended


class Own:
    """One thread's connection. When the thread has ended the next new one takes it over, or it is closed: each deploy
    asks fifty hosts in new threads, and opening one means reading the whole schema.
    """

    def __init__(self, db: SqliteDatabase, free: deque[SqliteDatabase]) -> None:
        self.db = db
        self._free = free
        self._closed = False

    def close(self) -> None:
        self._closed = True
        self.db.conn.close()

    def __del__(self) -> None:
        if self._closed:
            return
        if self.db.conn.in_transaction or len(self._free) >= KEPT:
            self.close()
        else:
            self._free.append(self.db)


class Database:
    """Opens `path` (created when absent). Safe to share between threads."""

    def __init__(self, path: Path, busy_timeout: float = BUSY_TIMEOUT) -> None:
        self.path = path
        self.busy_timeout = busy_timeout
        self._local = threading.local()
        self._opened: weakref.WeakSet[Own] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._free: deque[SqliteDatabase] = deque()
        self.schema = Schema()
        with speaking_of(path):
            self.here.execute("SELECT count(*) FROM sqlite_master")

    @property
    def here(self) -> SqliteDatabase:
        """This thread's connection."""
        found: Own | None = getattr(self._local, "own", None)
        if found is None:
            found = self._local.own = Own(self._left() or self._connect(), self._free)
            with self._guard:
                self._opened.add(found)
        return found.db

    def _left(self) -> SqliteDatabase | None:
        """What a thread that has ended left behind."""
        try:
            return self._free.pop()
        except IndexError:
            return None

    def _connect(self) -> SqliteDatabase:
        with speaking_of(self.path):
            conn = sqlite3.connect(self.path, timeout=self.busy_timeout, isolation_level=None, check_same_thread=False)
            conn.row_factory = sqlite3.Row
            conn.execute("PRAGMA journal_mode=WAL")
            conn.execute("PRAGMA synchronous=FULL")  # a delivered message must not be forgotten in a power cut
            conn.execute("PRAGMA foreign_keys=ON")
        return SettledDatabase(conn, self.schema)

    @contextmanager
    def transaction(self) -> Iterator[SqliteDatabase]:
        """All or nothing. Nested use joins the outer transaction through a savepoint.

        Raises DatabaseLocked, DatabaseFull, DatabaseBroken.
        """
        db = self.here
        with speaking_of(self.path):
            if db.conn.in_transaction:
                with db.atomic():
                    yield db
                return
            db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.conn.execute("COMMIT")
            except BaseException:
                db.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[SqliteDatabase]:
        """Reads without a lock. Inside a transaction of this thread, what it has written is seen."""
        with speaking_of(self.path):
            yield self.here

    def probe(self, patience: float) -> None:
        """Whether it could be written now; waits `patience` seconds for the lock. Raises StateError."""
        with speaking_of(self.path):
            address = f"{self.path.resolve().as_uri()}?mode=rw"  # a file that was removed must not be made anew
            with closing(sqlite3.connect(address, timeout=patience, isolation_level=None, uri=True)) as conn:
                conn.execute("BEGIN IMMEDIATE")
                conn.execute("ROLLBACK")

    def close(self) -> None:
        """Closes every thread's connection; only when no thread uses them any more."""
        with self._guard:
            for own in list(self._opened):
                own.close()
        while left := self._left():
            left.conn.close()
        self._local = threading.local()


@contextmanager
def looking(path: Path) -> Iterator[SqliteDatabase]:
    """One moment of a file that another process may be writing; nothing is ever written to it. Raises StateError."""
    if not path.exists():
        raise StateError(f"{path} does not exist; DATABASE_URL says where the state is kept")
    with speaking_of(path):
        conn = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", timeout=BUSY_TIMEOUT, isolation_level=None, uri=True
        )
        try:
            conn.row_factory = sqlite3.Row
            conn.execute("BEGIN")
            yield SqliteDatabase(conn)
        finally:
            conn.close()


def write_ahead(path: Path) -> None:
    """Makes `path`, or lets it be written ahead from now on: a commit waits for the disk once and not four times.

    One that another process is using stays as it is. Raises StateError.
    """
    opened = partial(sqlite3.connect, path, timeout=0, isolation_level=None)
    with speaking_of(path), closing(opened()) as conn, suppress(sqlite3.OperationalError):
        conn.execute("PRAGMA journal_mode=WAL")


@contextmanager
def speaking_of(path: Path) -> Iterator[None]:
    """Turns sqlite3's errors into ours, each with what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _translated(error, path) from error


def _translated(error: sqlite3.DatabaseError, path: Path) -> Exception:
    words = str(error)
    if "locked" in words or "busy" in words:
        return DatabaseLocked(f"{path} is locked by another process; end it, or wait: nothing was lost")
    if "full" in words:
        return DatabaseFull(f"no room on the disk for {path}; free some and start again")
    if isinstance(error, sqlite3.IntegrityError):
        return error  # a unique index settled a race: its owner module says who won
    if any(word in words for word in ("malformed", "not a database", "unable to open", "disk I/O", "readonly")):
        return DatabaseBroken(f"{path}: {words}; restore it from a backup, or move it away to start anew")
    return StateError(f"{path}: {words}")


def epoch(moment: datetime) -> float:
    return moment.timestamp()


def instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def maybe_epoch(moment: datetime | None) -> float | None:
    return None if moment is None else epoch(moment)


def maybe_instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else instant(seconds)
