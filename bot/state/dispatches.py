"""The table `dispatches`: one row per message and way out other than Slack.

A row is written in the transaction of what it tells. An attempt is marked in its own commit before it is made: one that
has no outcome may have been carried out. Nobody can look into a mailbox, so such a one is made again: rather twice than
not at all.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.letters import Dispatch, Letter
from bot.state.database import Database, epoch, instant

MIGRATIONS = Migrations("dispatches")
OPEN = "sent_at IS NULL AND given_up_at IS NULL"


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.table("dispatches").create(
        {
            "id": int,
            "key": str,
            "way": str,
            "follows": str,  # the key of a message that this one must not overtake
            "title": str,
            "body": str,
            "away": int,
            "created_at": float,
            "not_before": float,
            "attempts": int,
            "last_error": str,
            "sent_at": float,
            "given_up_at": float,
        },
        pk="id",
        not_null={"key", "way", "title", "body", "created_at", "not_before"},
        defaults={"away": 0, "attempts": 0},
    )
    db.table("dispatches").create_index(["key", "way"], unique=True)
    db.execute(f"CREATE INDEX dispatches_open ON dispatches (id) WHERE {OPEN}")


class Dispatches:
    def __init__(self, db: Database) -> None:
        self._db = db

    def put(
        self,
        key: str,
        ways: Collection[str],
        letter: Letter,
        now: datetime,
        not_before: datetime,
        away: bool = False,
        follows: str | None = None,
    ) -> int:
        """Writes it for each of these ways that has no such row yet, and says for how many."""
        rows = [
            [key, way, follows, letter.title, letter.body, away, epoch(now), epoch(not_before)] for way in sorted(ways)
        ]
        with self._db.transaction() as db:
            return sum(
                db.execute(
                    "INSERT INTO dispatches (key, way, follows, title, body, away, created_at, not_before)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    row,
                ).rowcount
                for row in rows
            )

    def reword(self, key: str, letter: Letter) -> int:
        """The newest words, where no attempt was begun yet."""
        with self._db.transaction() as db:
            return db.execute(
                f"UPDATE dispatches SET title = ?, body = ? WHERE key = ? AND attempts = 0 AND {OPEN}",
                [letter.title, letter.body, key],
            ).rowcount

    def tried(self, key: str) -> list[str]:
        """The ways by which it went, or may have gone."""
        with self._db.reading() as db:
            rows = db.execute("SELECT way FROM dispatches WHERE key = ? AND attempts > 0 ORDER BY way", [key])
            return [row["way"] for row in rows]

    def due(self, now: datetime) -> list[Dispatch]:
        """What may go now, oldest first; none before the one that it follows has gone."""
        with self._db.reading() as db:
            rows = db.execute(
                f"SELECT * FROM dispatches d WHERE {OPEN} AND not_before <= ? AND NOT EXISTS"
                f" (SELECT 1 FROM dispatches WHERE key = d.follows AND way = d.way AND {OPEN}) ORDER BY id",
                [epoch(now)],
            )
            return [_dispatch(row) for row in rows]

    def claim(self, row: Dispatch, until: datetime) -> Dispatch | None:
        """Marks an attempt as begun, and gives the newest words; None when another process has it. Until `until`
        nobody else touches it.
        """
        with self._db.transaction() as db:
            found = db.execute(
                "UPDATE dispatches SET attempts = attempts + 1, not_before = ?"
                f" WHERE id = ? AND attempts = ? AND {OPEN} RETURNING *",
                [epoch(until), row.id, row.attempts],
            ).fetchall()
        return _dispatch(found[0]) if found else None

    def sent(self, row: Dispatch, now: datetime) -> None:
        self._set(row, sent_at=epoch(now), last_error=None)

    def failed(self, row: Dispatch, until: datetime, error: str) -> None:
        """To be tried again from `until` on."""
        self._set(row, not_before=epoch(until), last_error=error)

    def give_up(self, row: Dispatch, now: datetime, error: str) -> None:
        self._set(row, given_up_at=epoch(now), last_error=error)

    def prune(self, before: datetime) -> int:
        """Forgets those that were put before this moment and are not to be sent any more, and how many."""
        with self._db.transaction() as db:
            return db.execute(f"DELETE FROM dispatches WHERE created_at < ? AND NOT ({OPEN})", [epoch(before)]).rowcount

    def _set(self, row: Dispatch, **columns: object) -> None:
        with self._db.transaction() as db:
            db.table("dispatches").update(row.id, columns)


def _dispatch(row: Any) -> Dispatch:
    return Dispatch(
        id=row["id"],
        key=row["key"],
        way=row["way"],
        letter=Letter(row["title"], row["body"]),
        created_at=instant(row["created_at"]),
        attempts=row["attempts"],
        away=bool(row["away"]),
    )
