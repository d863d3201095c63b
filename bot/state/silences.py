"""The table `silences`: what people silenced by command; at most one that has not ended per service and environment."""

from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Target
from bot.state.database import Database, epoch, instant, maybe_instant
from bot.watch import Silence

MIGRATIONS = Migrations("silences")
EVERYWHERE = ""  # in the place of the environment: a unique index takes two NULLs for different


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"id": int, "service": str, "environment": str, "by": str, "reason": str, "since": float, "until": float}
    db.table("silences").create(
        {**columns, "ended_at": float, "ended_by": str}, pk="id", not_null={*columns, "ended_by"} - {"id"}
    )
    db.execute("CREATE UNIQUE INDEX one_silence_at_a_time ON silences (service, environment) WHERE ended_at IS NULL")


class Silences:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, silence: Silence) -> Silence:
        """The new row. Call it in the transaction that ended the one before: there may be one at a time."""
        row = {
            "service": silence.service,
            "environment": silence.environment or EVERYWHERE,
            "by": silence.by,
            "reason": silence.reason,
            "since": epoch(silence.since),
            "until": epoch(silence.until),
            "ended_at": None,
            "ended_by": "",
        }
        with self._db.transaction() as db:
            number = db.table("silences").insert(row).last_rowid
            return self._select("id = ?", [number])[0]

    def end(self, silence_id: int, by: str, now: datetime) -> Silence | None:
        """The ended silence, `by` nobody (empty) when its time was over; None when it had ended before."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE silences SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL",
                [epoch(now), by, silence_id],
            )
            return self._select("id = ?", [silence_id])[0] if changed.rowcount == 1 else None

    def standing(self) -> list[Silence]:
        """Those that have not been ended, oldest first; the time of one may be over."""
        return self._select("ended_at IS NULL", [])

    def newest(self, target: Target, limit: int) -> list[Silence]:
        """Those that covered it, ended or not; the newest first."""
        where = "service = ? AND environment IN (?, ?)"
        return self._select(where, [target.service, target.environment, EVERYWHERE], "id DESC", limit)

    def _select(self, where: str, arguments: list[Any], order: str = "id", limit: int | None = None) -> list[Silence]:
        with self._db.reading() as db:
            rows = db.table("silences").rows_where(where, arguments, order_by=order, limit=limit)
            return [_silence(row) for row in rows]


def _silence(row: dict[str, Any]) -> Silence:
    return Silence(
        service=row["service"],
        environment=row["environment"] or None,
        by=row["by"],
        reason=row["reason"],
        since=instant(row["since"]),
        until=instant(row["until"]),
        id=row["id"],
        ended_at=maybe_instant(row["ended_at"]),
        ended_by=row["ended_by"],
    )
