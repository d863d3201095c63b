"""The table `host_steps`: when each host of a deploy began which step. Rows are only ever added."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.archive import HostStep
from bot.state.database import Database, epoch, instant, maybe_instant

MIGRATIONS = Migrations("host_steps")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"deploy": int, "host": str, "step": str, "began_at": float}
    db.table("host_steps").create(columns, not_null=set(columns))
    db.table("host_steps").create_index(["deploy"])


class HostSteps:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, begun: Sequence[tuple[int, str, str, datetime]]) -> None:
        """One row for each deploy's id, host, step and moment; a step that is begun again after a crash, or on the way
        back, has one more.
        """
        with self._db.transaction() as db:
            db.conn.executemany(
                "INSERT INTO host_steps (deploy, host, step, began_at) VALUES (?, ?, ?, ?)",
                [(*one, epoch(at)) for *one, at in begun],
            )

    def of(self, deploy_id: int) -> tuple[HostStep, ...]:
        """In the order in which they were written."""
        with self._db.reading() as db:
            rows = db.table("host_steps").rows_where("deploy = ?", [deploy_id], order_by="rowid")
            return tuple(HostStep(row["host"], row["step"], instant(row["began_at"])) for row in rows)

    def last(self, deploys: Sequence[int], steps: Sequence[str], host: str | None, until: datetime) -> datetime | None:
        """When one of these steps of these deploys last began, no later than `until`; without a host on any."""
        with self._db.reading() as db:
            found = db.execute(
                "SELECT max(began_at) FROM host_steps WHERE deploy IN (SELECT value FROM json_each(?))"
                " AND step IN (SELECT value FROM json_each(?)) AND coalesce(?, host) = host AND began_at <= ?",
                [json.dumps(list(deploys)), json.dumps(list(steps)), host, epoch(until)],
            ).fetchone()
            return maybe_instant(found[0])
