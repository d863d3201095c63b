"""The table `beats`: the last beat of each job that calls the bot, keyed by the id of its check."""

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.beats import Beat
from bot.state.database import Database, epoch, instant

MIGRATIONS = Migrations("beats")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"check_id": str, "at": float, "ok": int, "status": int, "note": str, "count": int}
    db.table("beats").create(columns, pk="check_id", not_null={*columns} - {"status"})


class Beats:
    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, check_id: str, beat: Beat) -> None:
        """The newest beat of a job; one that is older than what is kept is only counted."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO beats (check_id, at, ok, status, note, count) VALUES (?, ?, ?, ?, ?, 1)"
                " ON CONFLICT (check_id) DO UPDATE SET count = count + 1",
                [check_id, epoch(beat.at), beat.ok, beat.status, beat.note],
            )
            db.execute(
                "UPDATE beats SET at = ?, ok = ?, status = ?, note = ? WHERE check_id = ? AND at <= ?",
                [epoch(beat.at), beat.ok, beat.status, beat.note, check_id, epoch(beat.at)],
            )

    def all(self) -> dict[str, Beat]:
        """By check id."""
        with self._db.reading() as db:
            return {
                row["check_id"]: Beat(instant(row["at"]), bool(row["ok"]), row["status"], row["note"], row["count"])
                for row in db.query("SELECT * FROM beats")
            }
