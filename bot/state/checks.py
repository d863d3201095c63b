"""The table `checks`: how each check stands, one row each, keyed by its id and never by its settings."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Health
from bot.phases import Phases
from bot.state.database import Database, epoch, instant, maybe_epoch, maybe_instant
from bot.watch import CheckState

MIGRATIONS = Migrations("checks")
COLUMNS = (
    "id, first_seen_at, health, since, ok, streak, streak_since, checked_at, latency, status, cause, past,"
    " flapping_since, phases"
)
CAUSE_LIMIT = 1000  # characters
MICRO = 1_000_000  # microseconds in a second


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.execute(
        "CREATE TABLE checks (id TEXT PRIMARY KEY NOT NULL, first_seen_at REAL NOT NULL, health TEXT NOT NULL,"
        " since REAL, ok INTEGER, streak INTEGER NOT NULL, streak_since REAL, checked_at REAL, latency REAL NOT NULL,"
        " status INTEGER, cause TEXT NOT NULL) WITHOUT ROWID"
    )


@MIGRATIONS()
def add_past(db: SqliteDatabase) -> None:
    """The last 21 results as bits."""
    db.execute("ALTER TABLE checks ADD COLUMN past INTEGER NOT NULL DEFAULT 1")
    db.execute("ALTER TABLE checks ADD COLUMN flapping_since REAL")


@MIGRATIONS()
def add_phases(db: SqliteDatabase) -> None:
    """Where the time of the last answer went: five moments in microseconds, parted by spaces."""
    db.execute("ALTER TABLE checks ADD COLUMN phases TEXT")


class Checks:
    def __init__(self, db: Database) -> None:
        self._db = db

    def states(self, ids: Iterable[str]) -> dict[str, CheckState]:
        """Those of these checks that were ever asked."""
        with self._db.reading() as db:
            rows = db.execute(
                f"SELECT {COLUMNS} FROM checks WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(list(ids))]
            )
            return {row["id"]: _state(row) for row in rows}

    def flapping(self) -> dict[str, CheckState]:
        """Those that go up and down all the time."""
        with self._db.reading() as db:
            rows = db.execute(f"SELECT {COLUMNS} FROM checks WHERE flapping_since IS NOT NULL ORDER BY id")
            return {row["id"]: _state(row) for row in rows}

    def healths(self, ids: Collection[str]) -> dict[str, Health]:
        """The same, and only whether they are up."""
        with self._db.reading() as db:
            rows = db.execute("SELECT id, health FROM checks")
            return {row["id"]: Health(row["health"]) for row in rows if row["id"] in ids}

    def last_look(self) -> datetime | None:
        """When any check was asked last; None before the first."""
        with self._db.reading() as db:
            (found,) = db.query("SELECT MAX(checked_at) AS at FROM checks")
            return maybe_instant(found["at"])

    def save(self, states: Mapping[str, CheckState]) -> None:
        """Writes all of them at once."""
        with self._db.transaction() as db:
            db.conn.executemany(
                f"INSERT OR REPLACE INTO checks ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_row(check, state) for check, state in states.items()],
            )

    def forgive(self) -> int:
        """Failures that made nothing DOWN yet do not count: what is asked next begins anew. Of how many checks."""
        with self._db.transaction() as db:
            return db.execute(
                "UPDATE checks SET ok = NULL, streak = 0, streak_since = NULL WHERE ok = 0 AND health != ?",
                [Health.DOWN.value],
            ).rowcount

    def forget_all_but(self, ids: Collection[str]) -> int:
        """Forgets checks that are no longer in the fleet file; how many."""
        with self._db.transaction() as db:
            kept = json.dumps(list(ids))
            return db.execute("DELETE FROM checks WHERE id NOT IN (SELECT value FROM json_each(?))", [kept]).rowcount


def _row(check: str, state: CheckState) -> tuple[Any, ...]:
    return (
        check,
        epoch(state.first_seen_at),
        state.health.value,
        maybe_epoch(state.since),
        state.ok,
        state.streak,
        maybe_epoch(state.streak_since),
        maybe_epoch(state.checked_at),
        state.latency,
        state.status,
        state.cause[:CAUSE_LIMIT],
        state.past,
        maybe_epoch(state.flapping_since),
        _moments(state.phases) if state.phases else None,
    )


def _moments(phases: Phases) -> str:
    return " ".join([f"{end * MICRO:.0f}" for end in phases.ends()])


def _phases(moments: str | None) -> Phases | None:
    return Phases(*[int(end) / MICRO for end in moments.split()]) if moments else None


def _state(row: Any) -> CheckState:
    return CheckState(
        first_seen_at=instant(row["first_seen_at"]),
        health=Health(row["health"]),
        since=maybe_instant(row["since"]),
        ok=None if row["ok"] is None else bool(row["ok"]),
        streak=row["streak"],
        streak_since=maybe_instant(row["streak_since"]),
        checked_at=maybe_instant(row["checked_at"]),
        latency=row["latency"],
        status=row["status"],
        cause=row["cause"],
        past=row["past"],
        flapping_since=maybe_instant(row["flapping_since"]),
        phases=_phases(row["phases"]),
    )
