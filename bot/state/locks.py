"""The table `locks`: one row per lock, kept after its end; per scope at most one of a person's that has not ended, and
one of the bot's beside it.
"""

import sqlite3
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.holds import How, Lock, Scope
from bot.model import Target
from bot.state.database import Database, epoch, instant, maybe_epoch, maybe_instant

MIGRATIONS = Migrations("locks")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    """`service` is empty for a whole environment, `holder` for the bot itself."""
    columns = {"id": int, "environment": str, "service": str, "holder": str, "reason": str, "since": float}
    db.table("locks").create(
        {**columns, "until": float, "deploy": int, "how": str, "ended_at": float, "ended_by": str},
        pk="id",
        not_null={"environment", "service", "holder", "reason", "since", "ended_by"},
    )
    db.execute("CREATE UNIQUE INDEX one_lock_at_a_time ON locks (environment, service) WHERE ended_at IS NULL")
    db.table("locks").create_index(["deploy"])


@MIGRATIONS()
def add_ref(db: SqliteDatabase) -> None:
    db.table("locks").add_column("ref", str)


@MIGRATIONS()
def bots_beside_a_persons(db: SqliteDatabase) -> None:
    """What an automatic rollback leaves behind does not wait for somebody's lease to be over."""
    db.execute("DROP INDEX one_lock_at_a_time")
    whose = "environment, service, (holder = '')"
    db.execute(f"CREATE UNIQUE INDEX one_lock_of_each_kind ON locks ({whose}) WHERE ended_at IS NULL")


class Locks:
    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, lock: Lock) -> Lock | None:
        """The new row, or None when one of its kind stands in that scope: end it first, also when only its lease is
        over.
        """
        try:
            with self._db.transaction() as db:
                return self.get(db.table("locks").insert(_row(lock)).last_rowid or 0)
        except sqlite3.IntegrityError:
            return None

    def renew(self, lock: Lock) -> Lock | None:
        """The lock with its new reason, lease and ref; None when it has ended meanwhile."""
        return self._change(lock.id, "reason = ?, until = ?, ref = ?", [lock.reason, maybe_epoch(lock.until), lock.ref])

    def end(self, lock_id: int, how: How, by: str, now: datetime) -> Lock | None:
        """The ended lock; None when it had ended before: one end each."""
        return self._change(lock_id, "how = ?, ended_by = ?, ended_at = ?", [how, by, epoch(now)])

    def get(self, lock_id: int) -> Lock | None:
        return next(iter(self._select("id = ?", [lock_id])), None)

    def of(self, scope: Scope) -> Lock | None:
        """The one that has not been ended there, a person's first; its lease may be over."""
        return next(iter(self.all_of(scope)), None)

    def all_of(self, scope: Scope) -> list[Lock]:
        """A person's first, then the bot's."""
        where = "environment = ? AND service = ? AND ended_at IS NULL"
        return self._select(where, [scope.environment, scope.service or ""], "holder = '', id")

    def standing(self) -> list[Lock]:
        """All that have not been ended, the oldest first; the lease of some may be over."""
        return self._select("ended_at IS NULL", [])

    def newest(self, target: Target, limit: int) -> list[Lock]:
        """Those that people took on it or on its whole environment, ended or not; the newest first."""
        where = "environment = ? AND service IN (?, '') AND holder <> ''"
        return self._select(where, [target.environment, target.service], "id DESC", limit)

    def lapsed(self, now: datetime) -> list[Lock]:
        """Those whose lease is over and whose end is not written yet."""
        return self._select("ended_at IS NULL AND until <= ?", [epoch(now)])

    def after(self, deploy_id: int) -> Lock | None:
        """The lock that the deploy's rollback left behind, while it stands."""
        return next(iter(self._select("deploy = ? AND ended_at IS NULL", [deploy_id])), None)

    def _change(self, lock_id: int, what: str, values: list[Any]) -> Lock | None:
        with self._db.transaction() as db:
            changed = db.execute(f"UPDATE locks SET {what} WHERE id = ? AND ended_at IS NULL", [*values, lock_id])
            return self.get(lock_id) if changed.rowcount == 1 else None

    def _select(self, where: str, arguments: list[Any], order: str = "id", limit: int | None = None) -> list[Lock]:
        with self._db.reading() as db:
            return [_lock(row) for row in db.table("locks").rows_where(where, arguments, order_by=order, limit=limit)]


def _row(lock: Lock) -> dict[str, Any]:
    return {
        "environment": lock.scope.environment,
        "service": lock.scope.service or "",
        "holder": lock.holder,
        "reason": lock.reason,
        "since": epoch(lock.since),
        "until": maybe_epoch(lock.until),
        "deploy": lock.deploy,
        "how": None,
        "ended_at": None,
        "ended_by": "",
        "ref": lock.ref,
    }


def _lock(row: dict[str, Any]) -> Lock:
    return Lock(
        scope=Scope(row["environment"], row["service"] or None),
        holder=row["holder"],
        reason=row["reason"],
        since=instant(row["since"]),
        until=maybe_instant(row["until"]),
        deploy=row["deploy"],
        id=row["id"],
        how=How(row["how"]) if row["how"] else None,
        ended_at=maybe_instant(row["ended_at"]),
        ended_by=row["ended_by"],
        ref=row["ref"] or "",
    )
