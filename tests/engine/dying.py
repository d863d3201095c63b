"""A database whose process is killed at a statement of the test's choice."""

import sqlite3
from pathlib import Path

from sqlite_utils import Database as SqliteDatabase

from bot.state.database import Database


class Killed(BaseException):
    """The process is gone: nobody catches this."""


class Doom:
    """`after` counts statements down; at zero the process dies before the next one. None: it lives on."""

    def __init__(self) -> None:
        self.after: int | None = None
        self.seen = 0

    def statement(self) -> None:
        self.seen += 1
        if self.after is not None:
            if self.after == 0:
                raise Killed
            self.after -= 1


def doomed(doom: Doom) -> type[Database]:
    """A Database whose connections ask `doom` before every statement."""

    class Connection(sqlite3.Connection):
        def execute(self, *args: object) -> sqlite3.Cursor:
            doom.statement()
            return super().execute(*args)  # type: ignore[arg-type]

        def executemany(self, *args: object) -> sqlite3.Cursor:
            doom.statement()
            return super().executemany(*args)  # type: ignore[arg-type]

    class DoomedDatabase(Database):
        def __init__(self, path: Path) -> None:
            super().__init__(path, busy_timeout=1.0)

        def _connect(self) -> SqliteDatabase:
            conn = sqlite3.connect(
                self.path, timeout=1.0, isolation_level=None, check_same_thread=False, factory=Connection
            )
            conn.row_factory = sqlite3.Row
            conn.execute("PRAGMA journal_mode=WAL")
            conn.execute("PRAGMA synchronous=OFF")  # the process dies here, not the machine
            conn.execute("PRAGMA foreign_keys=ON")
            return SqliteDatabase(conn)

    return DoomedDatabase
