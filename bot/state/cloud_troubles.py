"""The table `cloud_troubles`: what keeps a cloud from being asked; at most one of a kind for each role."""

from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.cloud_trouble import CloudTrouble, Kind
from bot.state.database import Database, epoch, instant

MIGRATIONS = Migrations("cloud_troubles")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    """`channel`: where it was said."""
    db.execute(
        "CREATE TABLE cloud_troubles (id INTEGER PRIMARY KEY, role TEXT NOT NULL, kind TEXT NOT NULL,"
        " words TEXT NOT NULL, since REAL NOT NULL, channel TEXT NOT NULL, ended_at REAL)"
    )
    db.execute("CREATE UNIQUE INDEX one_trouble_of_a_kind ON cloud_troubles (role, kind) WHERE ended_at IS NULL")


class CloudTroubles:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, trouble: CloudTrouble, channel: str) -> int | None:
        """Its id; None when it is known already."""
        with self._db.transaction() as db:
            found = db.execute(
                "INSERT INTO cloud_troubles (role, kind, words, since, channel) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING RETURNING id",
                [trouble.role, trouble.kind, trouble.words, epoch(trouble.since), channel],
            ).fetchall()
            return int(found[0]["id"]) if found else None

    def end(self, number: int, now: datetime) -> str | None:
        """The channel where it was said; None when it had ended before."""
        with self._db.transaction() as db:
            found = db.execute(
                "UPDATE cloud_troubles SET ended_at = ? WHERE id = ? AND ended_at IS NULL RETURNING channel",
                [epoch(now), number],
            ).fetchall()
            return str(found[0]["channel"]) if found else None

    def standing(self) -> dict[int, CloudTrouble]:
        """Those that have not ended, by id."""
        with self._db.reading() as db:
            rows = db.table("cloud_troubles").rows_where("ended_at IS NULL", order_by="id")
            return {int(row["id"]): _trouble(row) for row in rows}


def _trouble(row: Any) -> CloudTrouble:
    return CloudTrouble(row["role"], Kind(row["kind"]), row["words"], instant(row["since"]))
