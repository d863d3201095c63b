"""The tables `audit` and `audit_head`: every act, each row chained to the one before it, and where the chain ends.

Rows are only ever added. Moments are text here, so that what is kept, hashed and exported is one and the same.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.errors import StateError
from bot.state.database import Database, looking
from bot.trail import EMPTY, AuditRow, Head

MIGRATIONS = Migrations("audit")
FIELDS = ("at", "who", "what", "subject", "target", "why", "before", "after")
HASHES = ("previous", "hash")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"id": int, **dict.fromkeys((*FIELDS, *HASHES), str)}
    db.table("audit").create(columns, pk="id", not_null={*FIELDS, *HASHES})
    db.table("audit_head").create({"id": int, "count": int, "hash": str}, pk="id", not_null={"count", "hash"})


class Audits:
    def __init__(self, db: Database) -> None:
        self._db = db

    def append(self, fields: Mapping[str, str], link: Callable[[str, Mapping[str, object]], str]) -> AuditRow:
        """Adds a row with these FIELDS; `link` makes its hash of the hash before it and of all it holds.

        The write lock is taken before the head is read: no two rows ever follow the same one.
        """
        with self._db.transaction() as db:
            head = _head(db)
            number = db.execute("SELECT coalesce(max(id), 0) + 1 FROM audit").fetchone()[0]
            kept: dict[str, object] = {"id": number, **{name: fields[name] for name in FIELDS}}
            row = AuditRow(number, kept, head.hash, link(head.hash, kept))
            db.execute(
                f"INSERT INTO audit ({', '.join(('id', *FIELDS, *HASHES))}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [*kept.values(), row.previous, row.hash],
            )
            db.execute(
                "INSERT OR REPLACE INTO audit_head (id, count, hash) VALUES (1, ?, ?)", [head.count + 1, row.hash]
            )
            return row

    def newest(self, limit: int) -> list[AuditRow]:
        """The newest first."""
        with self._db.reading() as db:
            return [_row(row) for row in db.table("audit").rows_where(order_by="id DESC", limit=limit)]


@dataclass(frozen=True, slots=True)
class Trail:
    """All rows, in their order, and the head that is kept beside them, as they stood at one moment."""

    rows: Iterator[AuditRow]
    head: Head


@contextmanager
def trail(path: Path) -> Iterator[Trail]:
    """Reads the file and never writes, also while the bot runs on it. Raises StateError."""
    with looking(path) as db:
        if not db.table("audit").exists() or not db.table("audit_head").exists():
            raise StateError(f"{path} holds no audit; it begins when this version of the bot first runs on that file")
        head = _head(db)  # the first read: from here on nothing that is written meanwhile is seen
        yield Trail((_row(row) for row in db.execute("SELECT * FROM audit ORDER BY id")), head)


def _head(db: SqliteDatabase) -> Head:
    found = db.execute("SELECT count, hash FROM audit_head WHERE id = 1").fetchone()
    return Head(found["count"], found["hash"]) if found else EMPTY


def _row(row: Any) -> AuditRow:
    return AuditRow(row["id"], {name: row[name] for name in ("id", *FIELDS)}, row["previous"], row["hash"])
