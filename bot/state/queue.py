"""The table `queue`: one row per deploy that stood in line, kept after its end; the order is that of the ids."""

import sqlite3
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Target
from bot.queue import Left, Waiter
from bot.state.database import Database, epoch, instant, maybe_instant

MIGRATIONS = Migrations("queue")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"id": int, "service": str, "environment": str, "command": str, "asker": str}
    db.table("queue").create(
        {**columns, "since": float, "until": float, "how": str, "ended_at": float, "ended_by": str, "deploy": int},
        pk="id",
        not_null={"service", "environment", "command", "asker", "since", "until", "ended_by"},
    )
    db.execute(
        "CREATE UNIQUE INDEX one_place_each ON queue (service, environment, asker, command) WHERE ended_at IS NULL"
    )


class Queue:
    def __init__(self, db: Database) -> None:
        self._db = db

    def join(self, waiter: Waiter) -> Waiter | None:
        """The new row; None when this person waits there with this command already."""
        row = {
            "service": waiter.target.service,
            "environment": waiter.target.environment,
            "command": waiter.command,
            "asker": waiter.asker,
            "since": epoch(waiter.since),
            "until": epoch(waiter.until),
            "how": None,
            "ended_at": None,
            "ended_by": "",
            "deploy": None,
        }
        try:
            with self._db.transaction() as db:
                return self.get(db.table("queue").insert(row).last_rowid or 0)
        except sqlite3.IntegrityError:
            return None

    def end(self, waiter_id: int, how: Left, by: str, now: datetime, deploy: int | None = None) -> Waiter | None:
        """The row as it has ended; None when it had ended before: one end each."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE queue SET how = ?, ended_by = ?, ended_at = ?, deploy = ? WHERE id = ? AND ended_at IS NULL",
                [how, by, epoch(now), deploy, waiter_id],
            )
            return self.get(waiter_id) if changed.rowcount == 1 else None

    def get(self, waiter_id: int) -> Waiter | None:
        return next(iter(self._select("id = ?", [waiter_id])), None)

    def waiting(self) -> list[Waiter]:
        """All that wait anywhere, the first of each line first."""
        return self._select("ended_at IS NULL", [])

    def line(self, target: Target) -> list[Waiter]:
        """Those that wait there, the first first."""
        return self._select(
            "ended_at IS NULL AND service = ? AND environment = ?", [target.service, target.environment]
        )

    def _select(self, where: str, arguments: list[Any]) -> list[Waiter]:
        with self._db.reading() as db:
            return [_waiter(row) for row in db.table("queue").rows_where(where, arguments, order_by="id")]


def _waiter(row: dict[str, Any]) -> Waiter:
    return Waiter(
        target=Target(row["service"], row["environment"]),
        command=row["command"],
        asker=row["asker"],
        since=instant(row["since"]),
        until=instant(row["until"]),
        id=row["id"],
        how=Left(row["how"]) if row["how"] else None,
        ended_at=maybe_instant(row["ended_at"]),
        ended_by=row["ended_by"],
        deploy=row["deploy"],
    )
