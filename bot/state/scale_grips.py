"""The table `scale_grips`: who holds a number of hosts; at most one that has not ended per service and environment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Target
from bot.scales import Grip
from bot.state.database import Database, epoch, instant, maybe_instant

MIGRATIONS = Migrations("scale_grips")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"id": int, "service": str, "environment": str, "by": str, "since": float, "until": float}
    db.table("scale_grips").create(
        {**columns, "ended_at": float, "ended_by": str, "scale": int},
        pk="id",
        not_null={*columns, "ended_by"} - {"id"},
    )
    db.execute("CREATE UNIQUE INDEX one_grip_at_a_time ON scale_grips (service, environment) WHERE ended_at IS NULL")


class Grips:
    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, target: Target, by: str, now: datetime, until: datetime, scale: int | None = None) -> Grip:
        """The new one, in the place of one that stands there."""
        with self._db.transaction() as db:
            self.end(target, by, now)
            row = {"service": target.service, "environment": target.environment, "by": by, "since": epoch(now)}
            made = db.table("scale_grips").insert({**row, "until": epoch(until), "ended_by": "", "scale": scale})
            number = made.last_rowid
            return self._select("id = ?", [number])[0]

    def end(self, target: Target, by: str, now: datetime) -> Grip | None:
        """The ended one, `by` nobody (empty) when its time was over; None when none stands there."""
        with self._db.transaction() as db:
            standing = self.of(target)
            if standing is None:
                return None
            values = [epoch(now), by, standing.id]
            db.execute("UPDATE scale_grips SET ended_at = ?, ended_by = ? WHERE id = ?", values)
            return self._select("id = ?", [standing.id])[0]

    def of(self, target: Target) -> Grip | None:
        """The one that has not been ended there; its time may be over."""
        where = "service = ? AND environment = ? AND ended_at IS NULL"
        return next(iter(self._select(where, [target.service, target.environment])), None)

    def with_scale(self, scale_id: int) -> Grip | None:
        """The one that came with that act, ended or not."""
        return next(iter(self._select("scale = ?", [scale_id])), None)

    def standing(self) -> Mapping[Target, Grip]:
        """All that have not been ended; the time of some may be over."""
        return {grip.target: grip for grip in self._select("ended_at IS NULL", [])}

    def lapsed(self, now: datetime) -> list[Grip]:
        """Those whose time is over and whose end is not written yet."""
        return self._select("ended_at IS NULL AND until <= ?", [epoch(now)])

    def _select(self, where: str, arguments: list[Any]) -> list[Grip]:
        with self._db.reading() as db:
            return [_grip(row) for row in db.table("scale_grips").rows_where(where, arguments, order_by="id")]


def _grip(row: dict[str, Any]) -> Grip:
    return Grip(
        target=Target(row["service"], row["environment"]),
        by=row["by"],
        since=instant(row["since"]),
        until=instant(row["until"]),
        id=row["id"],
        ended_at=maybe_instant(row["ended_at"]),
        ended_by=row["ended_by"],
        scale=row["scale"],
    )
