"""The tables `rolls` and `roll_checks`: the history of each check by minute, hour and day; and how far it is rolled up.

A check's id is text of any length, so rolls name it by a number: a year of a thousand checks must stay small.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.histogram import pack, total, unpack
from bot.rolls import Roll, Span
from bot.state.database import Database

MIGRATIONS = Migrations("rolls")
INSERT = "INSERT INTO rolls (span, check_number, number, count, failures, latency) VALUES (?, ?, ?, ?, ?, ?)"
WHOLE = "count = excluded.count, failures = excluded.failures, latency = excluded.latency"
COUNTS = (
    "count = count + excluded.count, failures = failures + excluded.failures,"
    " latency = CAST(latency || excluded.latency AS BLOB)"
)
GROUPED = (
    "SELECT json_extract(g.value, '$[1]') AS place, r.number, {} FROM json_each(?) g"
    " CROSS JOIN roll_checks c ON c.check_id = json_extract(g.value, '$[0]')"
    " CROSS JOIN rolls r ON r.check_number = c.number AND r.span = ? AND r.number >= ? AND r.number < ?"
)


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.execute("CREATE TABLE roll_checks (number INTEGER PRIMARY KEY, check_id TEXT NOT NULL UNIQUE)")
    db.execute(
        "CREATE TABLE rolls (span INTEGER NOT NULL, check_number INTEGER NOT NULL, number INTEGER NOT NULL,"
        " count INTEGER NOT NULL, failures INTEGER NOT NULL, latency BLOB NOT NULL,"
        " PRIMARY KEY (span, check_number, number)) WITHOUT ROWID"
    )
    db.execute("CREATE TABLE roll_marks (span INTEGER PRIMARY KEY, number INTEGER NOT NULL)")


class Rolls:
    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, span: Span, rolls: Mapping[str, Iterable[Roll]]) -> None:
        """By check id. What is there of the same span is added to: a minute may have had two processes."""
        self._write(f"{INSERT} ON CONFLICT DO UPDATE SET {COUNTS}", span, rolls)

    def put(self, span: Span, rolls: Mapping[str, Iterable[Roll]]) -> None:
        """By check id, in the place of what is there of the same span."""
        self._write(f"{INSERT} ON CONFLICT DO UPDATE SET {WHOLE}", span, rolls)

    def _write(self, statement: str, span: Span, rolls: Mapping[str, Iterable[Roll]]) -> None:
        with self._db.transaction() as db:
            numbers = self._numbers(db, rolls)
            rows = [_row(span, numbers[check], roll) for check, many in rolls.items() for roll in many]
            db.conn.executemany(statement, rows)

    def of(self, check_id: str, span: Span, first: int) -> list[Roll]:
        """Of one check from this span on, in their order."""
        return self.read([check_id], span, first).get(check_id, [])

    def read(self, checks: Iterable[str], span: Span, first: int, end: int | None = None) -> dict[str, list[Roll]]:
        """Of each of these checks that has any, from one span to another (not included), in their order."""
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT c.check_id, r.number, r.count, r.failures, r.latency FROM roll_checks c"
                " JOIN rolls r ON r.check_number = c.number AND r.span = ? AND r.number >= ? AND r.number < ?"
                " WHERE c.check_id IN (SELECT value FROM json_each(?)) ORDER BY r.check_number, r.number",
                [span, first, 2**62 if end is None else end, json.dumps(list(checks))],
            )
            found: dict[str, list[Roll]] = {}
            for row in rows:
                found.setdefault(row["check_id"], []).append(_roll(row))
            return found

    def sums(
        self, groups: Mapping[str, int], span: Span, first: int, end: int
    ) -> dict[tuple[int, int], tuple[int, int]]:
        """By group of checks (check id -> its group) and span: how often they were asked, and how many failed."""
        columns = "sum(r.count) AS count, sum(r.failures) AS failures"
        with self._db.reading() as db:
            rows = db.execute(f"{GROUPED.format(columns)} GROUP BY 1, 2", [_pairs(groups), span, first, end])
            return {(row["place"], row["number"]): (row["count"], row["failures"]) for row in rows}

    def latencies(
        self, groups: Mapping[str, int], span: Span, first: int, end: int
    ) -> dict[tuple[int, int], dict[int, int]]:
        """By group of checks (check id -> its group) and span: their latencies as one histogram."""
        found: dict[tuple[int, int], list[bytes]] = {}
        with self._db.reading() as db:
            for row in db.execute(GROUPED.format("r.latency"), [_pairs(groups), span, first, end]):
                found.setdefault((row["place"], row["number"]), []).append(row["latency"])
        return {key: total(packed) for key, packed in found.items()}

    def checks(self) -> list[str]:
        """All that have ever had a roll and were not forgotten."""
        with self._db.reading() as db:
            return [row["check_id"] for row in db.execute("SELECT check_id FROM roll_checks ORDER BY number")]

    def done(self, span: Span) -> int | None:
        """The last span of this length that was rolled up, None before the first."""
        with self._db.reading() as db:
            row = db.execute("SELECT number FROM roll_marks WHERE span = ?", [span]).fetchone()
            return row["number"] if row else None

    def mark(self, span: Span, number: int) -> None:
        with self._db.transaction() as db:
            db.execute("INSERT OR REPLACE INTO roll_marks (span, number) VALUES (?, ?)", [span, number])

    def prune(self, span: Span, before: int) -> int:
        """Forgets spans older than this one; how many."""
        with self._db.transaction() as db:
            where = "span = ? AND check_number IN (SELECT number FROM roll_checks) AND number < ?"
            return db.execute(f"DELETE FROM rolls WHERE {where}", [span, before]).rowcount

    def forget_empty(self) -> None:
        """Checks of which nothing is kept any more lose their number."""
        with self._db.transaction() as db:
            db.execute(
                "DELETE FROM roll_checks WHERE NOT EXISTS (SELECT 1 FROM rolls WHERE rolls.check_number ="
                " roll_checks.number AND span IN (60, 3600, 86400))"
            )

    def _numbers(self, db: SqliteDatabase, checks: Iterable[str]) -> dict[str, int]:
        names = json.dumps(list(checks))
        db.execute("INSERT OR IGNORE INTO roll_checks (check_id) SELECT value FROM json_each(?)", [names])
        rows = db.execute("SELECT * FROM roll_checks WHERE check_id IN (SELECT value FROM json_each(?))", [names])
        return {row["check_id"]: row["number"] for row in rows}


def _pairs(groups: Mapping[str, int]) -> str:
    return json.dumps(list(groups.items()))


def _row(span: Span, check: int, roll: Roll) -> tuple[Any, ...]:
    return span, check, roll.number, roll.count, roll.failures, pack(roll.latency)


def _roll(row: Any) -> Roll:
    return Roll(row["number"], row["count"], row["failures"], unpack(row["latency"]))
