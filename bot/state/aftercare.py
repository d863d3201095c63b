"""The table `aftercare`: one row per deploy whose checks are watched after it is done; ended once."""

from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.aftercare import Aftercare, Aftermath
from bot.state.database import Database, epoch, instant, maybe_epoch, maybe_instant

MIGRATIONS = Migrations("aftercare")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"deploy": int, "touched_at": float, "done_at": float, "until": float}
    db.table("aftercare").create(
        {**columns, "aftermath": str, "ended_at": float, "words": str, "rollback": int},
        pk="deploy",
        not_null={"touched_at", "done_at", "until", "words"},
    )
    db.execute("CREATE INDEX watched_now ON aftercare (deploy) WHERE ended_at IS NULL")
    db.table("aftercare").create_index(["rollback"])


class Aftercares:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, care: Aftercare) -> None:
        """A deploy is watched once, however often its end is written."""
        with self._db.transaction() as db:
            db.table("aftercare").insert(_row(care), ignore=True)

    def end(self, deploy_id: int, how: Aftermath, words: str, now: datetime, rollback: int | None = None) -> bool:
        """False when it had ended before."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE aftercare SET aftermath = ?, words = ?, ended_at = ?, rollback = ?"
                " WHERE deploy = ? AND ended_at IS NULL",
                [how, words, epoch(now), rollback, deploy_id],
            )
            return changed.rowcount == 1

    def open(self) -> list[Aftercare]:
        """Those that are still watched, the oldest first."""
        return self._select("ended_at IS NULL", [])

    def of(self, deploy_id: int) -> Aftercare | None:
        return next(iter(self._select("deploy = ?", [deploy_id])), None)

    def undone_by(self, rollback_id: int) -> Aftercare | None:
        """What this rollback was begun for; None for one that a person asked for."""
        return next(iter(self._select("rollback = ?", [rollback_id])), None)

    def _select(self, where: str, arguments: list[Any]) -> list[Aftercare]:
        with self._db.reading() as db:
            return [_care(row) for row in db.table("aftercare").rows_where(where, arguments, order_by="deploy")]


def _row(care: Aftercare) -> dict[str, Any]:
    return {
        "deploy": care.deploy,
        "touched_at": epoch(care.touched_at),
        "done_at": epoch(care.done_at),
        "until": epoch(care.until),
        "aftermath": care.aftermath,
        "ended_at": maybe_epoch(care.ended_at),
        "words": care.words,
        "rollback": care.rollback,
    }


def _care(row: dict[str, Any]) -> Aftercare:
    return Aftercare(
        deploy=row["deploy"],
        touched_at=instant(row["touched_at"]),
        done_at=instant(row["done_at"]),
        until=instant(row["until"]),
        aftermath=Aftermath(row["aftermath"]) if row["aftermath"] else None,
        ended_at=maybe_instant(row["ended_at"]),
        words=row["words"],
        rollback=row["rollback"],
    )
