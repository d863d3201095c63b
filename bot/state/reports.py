"""The table `reports`: one row per alert of another system, with what it told last. Repeats are known by it."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.reports import Heard
from bot.state.database import Database, epoch, instant, maybe_epoch, maybe_instant

MIGRATIONS = Migrations("reports")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.table("reports").create(
        {
            "key": str,  # the check_id of its incidents
            "source": str,
            "fired_at": float,
            "resolved_at": float,
            "heard_at": float,
        },
        pk="key",
        not_null={"key", "source", "heard_at"},
    )


class Reports:
    def __init__(self, db: Database) -> None:
        self._db = db

    def heard(self, key: str) -> Heard:
        """Empty for one that never spoke."""
        with self._db.reading() as db:
            for row in db.table("reports").rows_where("key = ?", [key]):
                moments = (maybe_instant(row[name]) for name in ("fired_at", "resolved_at", "heard_at"))
                return Heard(*moments)
        return Heard()

    def spoke(self, keys: Iterable[str]) -> dict[str, datetime]:
        """When the sender of each of these last said anything of it."""
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT key, heard_at FROM reports WHERE key IN (SELECT value FROM json_each(?))",
                [json.dumps(list(keys))],
            )
            return {row["key"]: instant(row["heard_at"]) for row in rows}

    def save(self, key: str, source: str, heard: Heard, now: datetime) -> None:
        """Call it in the transaction that read it."""
        row = [key, source, maybe_epoch(heard.fired_at), maybe_epoch(heard.resolved_at), epoch(now)]
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO reports (key, source, fired_at, resolved_at, heard_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET source = excluded.source, fired_at = excluded.fired_at,"
                " resolved_at = excluded.resolved_at, heard_at = excluded.heard_at",
                row,
            )

    def prune(self, before: datetime) -> int:
        """Forgets those that have not spoken since, and how many."""
        with self._db.transaction() as db:
            return db.execute("DELETE FROM reports WHERE heard_at < ?", [epoch(before)]).rowcount
