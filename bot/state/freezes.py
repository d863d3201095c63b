"""The table `freezes`: environments frozen by hand; at most one that has not ended per environment."""

import sqlite3
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.holds import Freeze
from bot.state.database import Database, epoch, instant, maybe_epoch, maybe_instant

MIGRATIONS = Migrations("freezes")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"id": int, "environment": str, "by": str, "reason": str, "since": float, "until": float}
    db.table("freezes").create(
        {**columns, "ended_at": float, "ended_by": str},
        pk="id",
        not_null={"environment", "by", "reason", "since", "ended_by"},
    )
    db.execute("CREATE UNIQUE INDEX one_freeze_at_a_time ON freezes (environment) WHERE ended_at IS NULL")


class Freezes:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, freeze: Freeze) -> Freeze | None:
        """The new row, or None when one of that environment has not been ended: end it first, also a lapsed one."""
        row = {
            "environment": freeze.environment,
            "by": freeze.by,
            "reason": freeze.reason,
            "since": epoch(freeze.since),
            "until": maybe_epoch(freeze.until),
            "ended_at": None,
            "ended_by": "",
        }
        try:
            with self._db.transaction() as db:
                return self.get(db.table("freezes").insert(row).last_rowid or 0)
        except sqlite3.IntegrityError:
            return None

    def end(self, freeze_id: int, by: str, now: datetime) -> Freeze | None:
        """The ended freeze, `by` nobody (empty) when its time was over; None when it had ended before."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE freezes SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL",
                [epoch(now), by, freeze_id],
            )
            return self.get(freeze_id) if changed.rowcount == 1 else None

    def get(self, freeze_id: int) -> Freeze | None:
        return next(iter(self._select("id = ?", [freeze_id])), None)

    def of(self, environment: str) -> Freeze | None:
        """The one that has not been ended there; its time may be over."""
        return next(iter(self._select("environment = ? AND ended_at IS NULL", [environment])), None)

    def newest(self, environment: str, limit: int) -> list[Freeze]:
        """Ended or not; the newest first."""
        return self._select("environment = ?", [environment], "id DESC", limit)

    def lapsed(self, now: datetime) -> list[Freeze]:
        """Those whose time is over and whose end is not written yet."""
        return self._select("ended_at IS NULL AND until <= ?", [epoch(now)])

    def _select(self, where: str, arguments: list[Any], order: str = "id", limit: int | None = None) -> list[Freeze]:
        with self._db.reading() as db:
            rows = db.table("freezes").rows_where(where, arguments, order_by=order, limit=limit)
            return [_freeze(row) for row in rows]


def _freeze(row: dict[str, Any]) -> Freeze:
    return Freeze(
        environment=row["environment"],
        by=row["by"],
        reason=row["reason"],
        since=instant(row["since"]),
        until=maybe_instant(row["until"]),
        id=row["id"],
        ended_at=maybe_instant(row["ended_at"]),
        ended_by=row["ended_by"],
    )
