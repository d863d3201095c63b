"""The table `escalations`: one row per step that was taken for an outage that nobody had acknowledged."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.state.database import Database, epoch, instant
from bot.watch import Escalated

MIGRATIONS = Migrations("escalations")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"id": int, "outbreak": int, "step": str, "channel": str, "way": str, "at": float}
    db.table("escalations").create(columns, pk="id", not_null={"outbreak", "step", "channel", "way", "at"})
    db.execute("CREATE UNIQUE INDEX each_step_once ON escalations (outbreak, step)")


class Escalations:
    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, outbreak: int, step: str, now: datetime, channel: str = "", way: str = "") -> Escalated | None:
        """None when it was taken before. Call it in the transaction that says so, and that saw that it is wanted."""
        with self._db.transaction() as db:
            found = db.execute(
                "INSERT INTO escalations (outbreak, step, channel, way, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING RETURNING *",
                [outbreak, step, channel, way, epoch(now)],
            ).fetchall()
            return _escalated(found[0]) if found else None

    def of(self, outbreak: int) -> list[Escalated]:
        """In the order in which they were taken."""
        with self._db.reading() as db:
            rows = db.execute("SELECT * FROM escalations WHERE outbreak = ? ORDER BY id", [outbreak])
            return [_escalated(row) for row in rows]


def _escalated(row: Mapping[str, Any]) -> Escalated:
    return Escalated(row["id"], row["outbreak"], row["step"], instant(row["at"]), row["channel"], row["way"])
