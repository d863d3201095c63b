"""The table `samples`: what each host answered in each interval of an analysis, so that a crash loses none of it."""

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.evidence import Sample
from bot.state.database import Database

MIGRATIONS = Migrations("samples")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"deploy": int, "position": int, "number": int, "host": str, "canary": int}
    db.table("samples").create(
        {**columns, "requests": int, "errors": int, "latency": float},
        pk=("deploy", "position", "number", "host"),
        not_null={"canary", "requests", "errors"},
    )


class Samples:
    """By deploy and the position of its stage."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, deploy_id: int, position: int, samples: Iterable[Sample]) -> None:
        """All hosts of one interval together."""
        with self._db.transaction() as db:
            db.table("samples").insert_all(_row(deploy_id, position, sample) for sample in samples)

    def forget(self, deploy_id: int, position: int) -> None:
        """The stage watches anew."""
        with self._db.transaction() as db:
            db.table("samples").delete_where("deploy = ? AND position = ?", [deploy_id, position])

    def of(self, deploy_id: int, position: int) -> tuple[Sample, ...]:
        """In the order of their intervals."""
        with self._db.reading() as db:
            where = "deploy = ? AND position = ?"
            rows = db.table("samples").rows_where(where, [deploy_id, position], order_by="number, host")
            return tuple(_sample(row) for row in rows)


def _row(deploy_id: int, position: int, sample: Sample) -> dict[str, Any]:
    return {
        "deploy": deploy_id,
        "position": position,
        "number": sample.number,
        "host": sample.host,
        "canary": int(sample.canary),
        "requests": sample.requests,
        "errors": sample.errors,
        "latency": sample.latency,
    }


def _sample(row: dict[str, Any]) -> Sample:
    return Sample(row["number"], row["host"], bool(row["canary"]), row["requests"], row["errors"], row["latency"])
