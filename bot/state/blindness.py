"""The table `blindness`: one row for each time in which the bot could not see; at most one has not ended."""

from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.state.database import Database, epoch, instant, maybe_instant
from bot.watch import Blindness

MIGRATIONS = Migrations("blindness")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"id": int, "since": float, "cause": str, "channel": str}
    db.table("blindness").create({**columns, "ended_at": float}, pk="id", not_null={"since", "cause", "channel"})
    db.execute("CREATE UNIQUE INDEX blind_once_at_a_time ON blindness ((1)) WHERE ended_at IS NULL")


class Blindnesses:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, since: datetime, cause: str, channel: str) -> Blindness | None:
        """None when it was known already."""
        with self._db.transaction() as db:
            found = db.execute(
                "INSERT INTO blindness (since, cause, channel) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING *",
                [epoch(since), cause, channel],
            ).fetchall()
            return _blindness(found[0]) if found else None

    def end(self, now: datetime) -> Blindness | None:
        """None when it had ended before."""
        with self._db.transaction() as db:
            found = db.execute(
                "UPDATE blindness SET ended_at = ? WHERE ended_at IS NULL RETURNING *", [epoch(now)]
            ).fetchall()
            return _blindness(found[0]) if found else None

    def standing(self) -> Blindness | None:
        """The one that has not ended."""
        with self._db.reading() as db:
            found = db.execute("SELECT * FROM blindness WHERE ended_at IS NULL").fetchone()
            return _blindness(found) if found else None


def _blindness(row: Any) -> Blindness:
    return Blindness(row["id"], instant(row["since"]), row["cause"], row["channel"], maybe_instant(row["ended_at"]))
