"""The table `figure_marks`: until when the ended deploys have been told in figures. One row."""

from datetime import datetime

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.state.database import Database, epoch, instant

MIGRATIONS = Migrations("figure_marks")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.execute("CREATE TABLE figure_marks (one INTEGER PRIMARY KEY CHECK (one = 1), told_until REAL NOT NULL)")


class FigureMarks:
    def __init__(self, db: Database) -> None:
        self._db = db

    def read(self) -> datetime | None:
        """None before the first time."""
        with self._db.reading() as db:
            found = db.execute("SELECT told_until FROM figure_marks").fetchone()
            return instant(found["told_until"]) if found else None

    def move(self, until: datetime) -> None:
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO figure_marks (one, told_until) VALUES (1, ?)"
                " ON CONFLICT DO UPDATE SET told_until = excluded.told_until",
                [epoch(until)],
            )
