"""The table `acts`: restarts and named steps that alerts began; at most one unfinished per service and environment."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Target
from bot.records import Act
from bot.state.database import Database, epoch, instant, maybe_instant

MIGRATIONS = Migrations("acts")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"id": int, "service": str, "environment": str, "hosts": str, "incident": int, "requester": str}
    db.table("acts").create(
        {**columns, "created_at": float, "finished_at": float, "ok": int, "result": str},
        pk="id",
        not_null={"service", "environment", "hosts", "incident", "requester", "created_at", "ok", "result"},
    )
    db.execute("CREATE UNIQUE INDEX one_act_at_a_time ON acts (service, environment) WHERE finished_at IS NULL")


@MIGRATIONS()
def add_index(db: SqliteDatabase) -> None:
    db.table("acts").create_index(["service", "environment", "id"])


@MIGRATIONS()
def add_step_and_check(db: SqliteDatabase) -> None:
    db.execute("ALTER TABLE acts ADD COLUMN step TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE acts ADD COLUMN check_id TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX acts_by_themselves ON acts (check_id, created_at) WHERE check_id <> ''")


class Acts:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(
        self,
        target: Target,
        hosts: Sequence[str],
        incident: int,
        requester: str,
        now: datetime,
        step: str = "",
        check: str = "",
    ) -> Act | None:
        """The new row, or None when another act is running there: `running` says which."""
        row = {
            "service": target.service,
            "environment": target.environment,
            "hosts": json.dumps(list(hosts)),
            "incident": incident,
            "requester": requester,
            "created_at": epoch(now),
            "finished_at": None,
            "ok": 0,
            "result": "",
            "step": step,
            "check_id": check,
        }
        try:
            with self._db.transaction() as db:
                return self.get(db.table("acts").insert(row).last_rowid or 0)
        except sqlite3.IntegrityError:
            return None

    def finish(self, act_id: int, ok: bool, result: str, now: datetime) -> bool:
        """False when it had already ended."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE acts SET ok = ?, result = ?, finished_at = ? WHERE id = ? AND finished_at IS NULL",
                [int(ok), result, epoch(now), act_id],
            )
            return changed.rowcount == 1

    def get(self, act_id: int) -> Act | None:
        found = self._select("id = ?", [act_id])
        return found[0] if found else None

    def running(self, target: Target) -> Act | None:
        found = self._select(
            "service = ? AND environment = ? AND finished_at IS NULL", [target.service, target.environment]
        )
        return found[0] if found else None

    def newest(self, target: Target, limit: int) -> list[Act]:
        """The newest first."""
        return self._select("service = ? AND environment = ?", [target.service, target.environment], limit)

    def by_itself(self, check: str, since: datetime) -> list[Act]:
        """Those that this check began since then; the newest first."""
        return self._select("check_id = ? AND created_at >= ?", [check, epoch(since)])

    def unfinished(self) -> list[Act]:
        return self._select("finished_at IS NULL", [])

    def _select(self, where: str, arguments: list[Any], limit: int | None = None) -> list[Act]:
        with self._db.reading() as db:
            return [_act(row) for row in db.table("acts").rows_where(where, arguments, order_by="id DESC", limit=limit)]


def _act(row: dict[str, Any]) -> Act:
    return Act(
        id=row["id"],
        target=Target(row["service"], row["environment"]),
        hosts=tuple(json.loads(row["hosts"])),
        incident=row["incident"],
        requester=row["requester"],
        created_at=instant(row["created_at"]),
        finished_at=maybe_instant(row["finished_at"]),
        ok=bool(row["ok"]),
        result=row["result"],
        step=row["step"],
        check=row["check_id"],
    )
