"""The table `unasked`: the checks that could not be asked when it was their turn last, one row each."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.blind_spots import Unasked
from bot.hurdles import Hurdle, HurdleKind
from bot.state.database import Database, epoch, instant

MIGRATIONS = Migrations("unasked")
WORDS = 1000  # characters that are kept


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.execute(
        "CREATE TABLE unasked (check_id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL,"
        " words TEXT NOT NULL, since REAL NOT NULL, at REAL NOT NULL) WITHOUT ROWID"
    )


class UnaskedChecks:
    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> dict[str, Unasked]:
        """By check."""
        with self._db.reading() as db:
            return {row["check_id"]: _unasked(row) for row in db.query("SELECT * FROM unasked ORDER BY check_id")}

    def save(self, some: Iterable[Unasked]) -> None:
        with self._db.transaction() as db:
            db.conn.executemany("INSERT OR REPLACE INTO unasked VALUES (?, ?, ?, ?, ?, ?)", [_row(one) for one in some])

    def forget(self, checks: Iterable[str]) -> None:
        """They were asked."""
        with self._db.transaction() as db:
            db.conn.executemany("DELETE FROM unasked WHERE check_id = ?", [[check] for check in checks])

    def begin_anew(self, now: datetime) -> None:
        """As if none of them had been asked before."""
        with self._db.transaction() as db:
            db.execute("UPDATE unasked SET since = ?, at = ?", [epoch(now), epoch(now)])

    def forget_all_but(self, checks: Collection[str]) -> None:
        """Checks that are no longer in the fleet file."""
        with self._db.transaction() as db:
            kept = json.dumps(list(checks))
            db.execute("DELETE FROM unasked WHERE check_id NOT IN (SELECT value FROM json_each(?))", [kept])


def _row(one: Unasked) -> list[Any]:
    kind, about = one.hurdle.kind.value, one.hurdle.about
    return [one.check_id, kind, about, one.words[:WORDS], epoch(one.since), epoch(one.at)]


def _unasked(row: Any) -> Unasked:
    hurdle = Hurdle(HurdleKind(row["kind"]), row["about"])
    return Unasked(row["check_id"], hurdle, row["words"], instant(row["since"]), instant(row["at"]))
