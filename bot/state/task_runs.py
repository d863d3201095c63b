"""The table `task_runs`: commands that ran once; at most one unfinished of each task per service and environment."""

import sqlite3
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.managed import TaskRun
from bot.model import Target
from bot.state.database import Database, epoch, instant, maybe_instant

MIGRATIONS = Migrations("task_runs")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"id": int, "service": str, "environment": str, "task": str, "requester": str, "created_at": float}
    db.table("task_runs").create(
        {**columns, "handle": str, "finished_at": float, "ok": int, "result": str},
        pk="id",
        not_null={"service", "environment", "task", "requester", "created_at", "handle", "ok", "result"},
    )
    db.execute(
        "CREATE UNIQUE INDEX one_task_run_at_a_time ON task_runs (service, environment, task) WHERE finished_at IS NULL"
    )


class TaskRuns:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, target: Target, task: str, requester: str, now: datetime) -> TaskRun | None:
        """The new row, or None while that task runs there: `running` says which."""
        row: dict[str, Any] = {"service": target.service, "environment": target.environment, "task": task}
        row |= {
            "requester": requester,
            "created_at": epoch(now),
            "handle": "",
            "finished_at": None,
            "ok": 0,
            "result": "",
        }
        try:
            with self._db.transaction() as db:
                return self.get(db.table("task_runs").insert(row).last_rowid or 0)
        except sqlite3.IntegrityError:
            return None

    def began(self, run_id: int, handle: str) -> None:
        with self._db.transaction() as db:
            db.execute("UPDATE task_runs SET handle = ? WHERE id = ?", [handle, run_id])

    def finish(self, run_id: int, ok: bool, result: str, now: datetime) -> bool:
        """False when it had ended before."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE task_runs SET ok = ?, result = ?, finished_at = ? WHERE id = ? AND finished_at IS NULL",
                [int(ok), result, epoch(now), run_id],
            )
            return changed.rowcount == 1

    def get(self, run_id: int) -> TaskRun | None:
        return next(iter(self._select("id = ?", [run_id])), None)

    def running(self, target: Target, task: str) -> TaskRun | None:
        where = "service = ? AND environment = ? AND task = ? AND finished_at IS NULL"
        return next(iter(self._select(where, [target.service, target.environment, task])), None)

    def unfinished(self) -> list[TaskRun]:
        return self._select("finished_at IS NULL", [])

    def _select(self, where: str, arguments: list[Any]) -> list[TaskRun]:
        with self._db.reading() as db:
            return [_run(row) for row in db.table("task_runs").rows_where(where, arguments, order_by="id")]


def _run(row: dict[str, Any]) -> TaskRun:
    return TaskRun(
        id=row["id"],
        target=Target(row["service"], row["environment"]),
        task=row["task"],
        requester=row["requester"],
        created_at=instant(row["created_at"]),
        handle=row["handle"],
        finished_at=maybe_instant(row["finished_at"]),
        ok=bool(row["ok"]),
        result=row["result"],
    )
