"""The table `readings`: what each metric said of each host in each interval of an analysis."""

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.evidence import Reading
from bot.state.database import Database

MIGRATIONS = Migrations("readings")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"deploy": int, "position": int, "metric": str, "number": int, "host": str, "canary": int}
    db.table("readings").create(
        {**columns, "value": float, "requests": float, "trouble": str, "failed": int},
        pk=("deploy", "position", "metric", "number", "host"),
        not_null={"canary", "trouble", "failed"},
    )


class Readings:
    """By deploy and the position of its stage."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, deploy_id: int, position: int, readings: Iterable[Reading]) -> None:
        """What was asked together; a number that came late takes the place of its absence."""
        with self._db.transaction() as db:
            db.table("readings").insert_all((_row(deploy_id, position, one) for one in readings), replace=True)

    def forget(self, deploy_id: int, position: int) -> None:
        """The stage watches anew."""
        with self._db.transaction() as db:
            db.table("readings").delete_where("deploy = ? AND position = ?", [deploy_id, position])

    def of(self, deploy_id: int, position: int) -> tuple[Reading, ...]:
        """Metric by metric, in the order of their intervals."""
        with self._db.reading() as db:
            where = "deploy = ? AND position = ?"
            rows = db.table("readings").rows_where(where, [deploy_id, position], order_by="metric, number, host")
            return tuple(_reading(row) for row in rows)


def _row(deploy_id: int, position: int, reading: Reading) -> dict[str, Any]:
    return {
        "deploy": deploy_id,
        "position": position,
        "metric": reading.metric,
        "number": reading.number,
        "host": reading.host,
        "canary": int(reading.canary),
        "value": reading.value,
        "requests": reading.requests,
        "trouble": reading.trouble,
        "failed": int(reading.failed),
    }


def _reading(row: dict[str, Any]) -> Reading:
    return Reading(
        metric=row["metric"],
        number=row["number"],
        host=row["host"],
        canary=bool(row["canary"]),
        value=row["value"],
        requests=row["requests"],
        trouble=row["trouble"],
        failed=bool(row["failed"]),
    )
