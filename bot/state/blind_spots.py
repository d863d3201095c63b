"""The table `blind_spots`: what is told of checks that cannot be asked; one of a hurdle at a time."""

import json
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.blind_spots import BlindSpot, Left, Lost
from bot.hurdles import Hurdle, HurdleKind
from bot.state.database import Database, epoch, instant, maybe_epoch, maybe_instant

MIGRATIONS = Migrations("blind_spots")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    """`lost`: the checks concerned, each as [id, words, how it left or null]; `channel`: where it is told."""
    db.execute(
        "CREATE TABLE blind_spots (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL,"
        " since REAL NOT NULL, channel TEXT NOT NULL, emptied_at REAL, lost TEXT NOT NULL, ended_at REAL)"
    )
    db.execute("CREATE UNIQUE INDEX one_spot_of_a_hurdle ON blind_spots (kind, about) WHERE ended_at IS NULL")


class BlindSpots:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, hurdle: Hurdle, since: datetime, channel: str) -> BlindSpot | None:
        """None when one of this hurdle stands."""
        with self._db.transaction() as db:
            found = db.execute(
                "INSERT INTO blind_spots (kind, about, since, channel, lost) VALUES (?, ?, ?, ?, '[]')"
                " ON CONFLICT DO NOTHING RETURNING *",
                [hurdle.kind.value, hurdle.about, epoch(since), channel],
            ).fetchall()
            return _spot(found[0]) if found else None

    def save(self, spot: BlindSpot) -> None:
        """Which checks are in it, and since when none is."""
        lost = json.dumps([[one.check_id, one.words, one.left] for one in spot.lost])
        with self._db.transaction() as db:
            db.execute(
                "UPDATE blind_spots SET lost = ?, emptied_at = ? WHERE id = ?",
                [lost, maybe_epoch(spot.emptied_at), spot.id],
            )

    def end(self, spot: BlindSpot, now: datetime) -> bool:
        """False when it had ended before."""
        with self._db.transaction() as db:
            ended = db.execute(
                "UPDATE blind_spots SET ended_at = ? WHERE id = ? AND ended_at IS NULL", [epoch(now), spot.id]
            )
            return ended.rowcount == 1

    def standing(self) -> list[BlindSpot]:
        """Those that have not ended, in the order in which they began."""
        with self._db.reading() as db:
            return [_spot(row) for row in db.query("SELECT * FROM blind_spots WHERE ended_at IS NULL ORDER BY id")]


def _spot(row: Any) -> BlindSpot:
    lost = tuple(Lost(check, words, Left(left) if left else None) for check, words, left in json.loads(row["lost"]))
    hurdle = Hurdle(HurdleKind(row["kind"]), row["about"])
    return BlindSpot(row["id"], hurdle, instant(row["since"]), row["channel"], maybe_instant(row["emptied_at"]), lost)
