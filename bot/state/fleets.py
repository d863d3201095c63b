"""The table `fleets`: every fleet file that loaded, as it was read."""

import hashlib
from datetime import datetime

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.state.database import Database, epoch

MIGRATIONS = Migrations("fleets")
KEPT = 100  # versions


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.table("fleets").create(
        {"id": int, "digest": str, "text": str, "loaded_at": float}, pk="id", not_null={"digest", "text", "loaded_at"}
    )


class Fleets:
    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, text: str, now: datetime) -> bool:
        """False when the newest one kept is the same."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        with self._db.transaction() as db:
            newest = list(db.table("fleets").rows_where(order_by="id DESC", limit=1))
            if newest and newest[0]["digest"] == digest:
                return False
            row = {"digest": digest, "text": text, "loaded_at": epoch(now)}
            last = db.table("fleets").insert(row).last_rowid or 0
            db.table("fleets").delete_where("id <= ?", [last - KEPT])
            return True

    def newest(self) -> str | None:
        with self._db.reading() as db:
            for row in db.table("fleets").rows_where(order_by="id DESC", limit=1):
                return str(row["text"])
        return None
