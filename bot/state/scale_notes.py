"""The table `scale_notes`: what stands about a service's capacity and is said once: one row while it stands."""

from datetime import datetime

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Target
from bot.state.database import Database, epoch, instant

MIGRATIONS = Migrations("scale_notes")
ONE = "service = ? AND environment = ? AND topic = ?"


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"service": str, "environment": str, "topic": str, "since": float, "said": int}
    db.table("scale_notes").create(columns, pk=("service", "environment", "topic"), not_null=set(columns))


class Notes:
    def __init__(self, db: Database) -> None:
        self._db = db

    def since(self, target: Target, topic: str, now: datetime) -> datetime:
        """Since when it stands; from now on when it did not."""
        with self._db.transaction() as db:
            key = {"service": target.service, "environment": target.environment, "topic": topic}
            db.table("scale_notes").insert({**key, "since": epoch(now), "said": 0}, ignore=True)
            row = db.execute(f"SELECT since FROM scale_notes WHERE {ONE}", list(key.values())).fetchone()
            return instant(row["since"])

    def say(self, target: Target, topic: str) -> bool:
        """Whether this is the first time; call it in the transaction of the message."""
        with self._db.transaction() as db:
            key = [target.service, target.environment, topic]
            return db.execute(f"UPDATE scale_notes SET said = 1 WHERE {ONE} AND said = 0", key).rowcount == 1

    def standing(self) -> frozenset[tuple[Target, str]]:
        """All that stands now, said or not."""
        with self._db.reading() as db:
            rows = db.execute("SELECT service, environment, topic FROM scale_notes")
            return frozenset((Target(row["service"], row["environment"]), row["topic"]) for row in rows)

    def over(self, target: Target, topic: str) -> datetime | None:
        """Since when it had stood, if it was said; None otherwise. It stands no longer."""
        key = [target.service, target.environment, topic]
        with self._db.transaction() as db:
            row = db.execute(f"DELETE FROM scale_notes WHERE {ONE} RETURNING since, said", key).fetchone()
            return instant(row["since"]) if row and row["said"] else None
