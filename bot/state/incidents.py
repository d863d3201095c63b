"""The table `incidents`: one row per outage of one check, from flip to flip; at most one open row per check."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Incident, Target
from bot.state.database import Database, epoch, instant, maybe_instant
from bot.state.incident_rows import alert_of, written
from bot.watch import Alert, Ended, Outage, Sighting

MIGRATIONS = Migrations("incidents")
CAUSE_LIMIT = 1000  # characters


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.table("incidents").create(
        {
            "id": int,
            "check_id": str,
            "service": str,
            "environment": str,
            "host": str,
            "cause": str,
            "sighting": str,
            "channel": str,
            "started_at": float,  # the first failed check
            "detected_at": float,
            "ended_at": float,  # the first good one
            "up_detected_at": float,
            "ended": str,
            "note": str,
            "offering": int,
            "answered": int,
        },
        pk="id",
        not_null={"check_id", "service", "environment", "cause", "sighting", "channel", "started_at", "detected_at"},
        defaults={"note": "", "offering": 1, "answered": 0},
    )
    db.execute("CREATE UNIQUE INDEX one_open_incident ON incidents (check_id) WHERE ended_at IS NULL")
    db.table("incidents").create_index(["ended_at"])


@MIGRATIONS()
def add_told_at(db: SqliteDatabase) -> None:
    """When people were told; empty while a silence keeps it back."""
    db.execute("ALTER TABLE incidents ADD COLUMN told_at REAL")
    db.execute("UPDATE incidents SET told_at = detected_at")


@MIGRATIONS()
def add_acknowledgements(db: SqliteDatabase) -> None:
    """Of those that are open, who takes care; and how often it was said that nobody does."""
    db.execute("ALTER TABLE incidents ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE incidents ADD COLUMN acknowledged_at REAL")
    db.execute("ALTER TABLE incidents ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE incidents ADD COLUMN reminded_at REAL")


@MIGRATIONS()
def add_outbreak(db: SqliteDatabase) -> None:
    """The incident in whose message this one is told."""
    db.execute("ALTER TABLE incidents ADD COLUMN outbreak INTEGER")
    db.execute("UPDATE incidents SET outbreak = id")
    db.table("incidents").create_index(["outbreak"])


@MIGRATIONS()
def add_source(db: SqliteDatabase) -> None:
    """Who else says so; empty for the bot's own checks."""
    db.execute("ALTER TABLE incidents ADD COLUMN source TEXT NOT NULL DEFAULT ''")


@MIGRATIONS()
def add_release(db: SqliteDatabase) -> None:
    """The SHA of a release that had just been deployed; empty when none had."""
    db.execute("ALTER TABLE incidents ADD COLUMN release TEXT NOT NULL DEFAULT ''")


class Incidents:
    def __init__(self, db: Database) -> None:
        self._db = db

    def open(
        self,
        draft: Incident,
        sighting: Sighting,
        channel: str,
        now: datetime,
        silenced: bool = False,
        outbreak: int | None = None,
        offering: bool = True,
        release: str = "",
    ) -> Alert | None:
        """The new incident (the draft's id is not looked at), told in the message of `outbreak` or in its own; None
        when this check has an open one already.
        """
        with self._db.transaction() as db:
            found = db.execute(
                "INSERT INTO incidents (outbreak, check_id, service, environment, host, cause, sighting, channel,"
                " started_at, detected_at, told_at, source, offering, release)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING *",
                [
                    outbreak,
                    draft.check_id,
                    draft.target.service,
                    draft.target.environment,
                    draft.host,
                    draft.cause[:CAUSE_LIMIT],
                    written(sighting),
                    channel,
                    epoch(draft.started_at),
                    epoch(now),
                    None if silenced else epoch(now),
                    sighting.source,
                    offering,
                    release,
                ],
            ).fetchall()
            return self._changed("outbreak = coalesce(outbreak, id) WHERE id = ?", [found[0]["id"]]) if found else None

    def fresh_outbreak(self, target: Target, host: str | None, release: str, since: datetime) -> int | None:
        """The newest one that still lasts, was told or grew since then, and shares the target, the host or the fresh
        release.
        """
        with self._db.reading() as db:
            found = db.execute(
                "SELECT outbreak FROM incidents WHERE ended_at IS NULL AND told_at >= ?"
                " AND (host = ? OR (service = ? AND environment = ?) OR (release = ? AND release != ''))"
                " ORDER BY told_at DESC, id DESC LIMIT 1",
                [epoch(since), host, target.service, target.environment, release],
            ).fetchone()
            return found["outbreak"] if found else None

    def outbreak(self, number: int) -> list[Alert]:
        """Those that are told in one message, the first one first."""
        return sorted(self._select("outbreak = ? AND told_at IS NOT NULL", [number]), key=lambda one: one.incident.id)

    def end(self, check_id: str, how: Ended, at: datetime, now: datetime) -> Alert | None:
        """Ends the open incident of this check; None when it has none."""
        with self._db.transaction() as db:
            found = db.execute(
                "UPDATE incidents SET ended_at = ?, up_detected_at = ?, ended = ?"
                " WHERE check_id = ? AND ended_at IS NULL RETURNING *",
                [epoch(at), epoch(now), how.value, check_id],
            ).fetchall()
            return alert_of(found[0]) if found else None

    def answer(self, incident_id: int) -> None:
        """Its end is said in its thread too."""
        with self._db.transaction() as db:
            db.execute("UPDATE incidents SET answered = 1 WHERE id = ?", [incident_id])

    def annotate(self, incident_id: int, note: str, offering: bool) -> Alert | None:
        """The incident with this note, open or ended; None when there is none with this id."""
        with self._db.transaction() as db:
            found = db.execute(
                "UPDATE incidents SET note = ?, offering = ? WHERE id = ? RETURNING *", [note, offering, incident_id]
            ).fetchall()
            return alert_of(found[0]) if found else None

    def get(self, incident_id: int) -> Alert | None:
        found = self._select("id = ?", [incident_id])
        return found[0] if found else None

    def last_told(self, check_id: str, until: datetime) -> Alert | None:
        """The newest of this check that had begun by then and was told, open or ended."""
        found = self._select("check_id = ? AND started_at <= ? AND told_at IS NOT NULL", [check_id, epoch(until)])
        return found[-1] if found else None

    def offer_anew(self, incident_id: int, sighting: Sighting) -> Alert | None:
        """Once it is over: with what is known by now, its buttons stand again elsewhere. None while it is open."""
        what = "sighting = ?, offering = 1 WHERE id = ? AND ended_at IS NOT NULL"
        return self._changed(what, [written(sighting), incident_id])

    def open_incidents(self) -> list[Alert]:
        """Oldest first."""
        return self._select("ended_at IS NULL", [])

    def untold(self) -> list[Alert]:
        """Open incidents that a silence keeps back, oldest first."""
        return self._select("ended_at IS NULL AND told_at IS NULL", [])

    def tell(self, incident_id: int, now: datetime, outbreak: int | None = None) -> Alert | None:
        """It is told now, in the message of `outbreak` or in its own; None when it was before, or has ended."""
        return self._changed(
            "told_at = ?, outbreak = coalesce(?, id) WHERE id = ? AND told_at IS NULL AND ended_at IS NULL",
            [epoch(now), outbreak, incident_id],
        )

    def unacknowledged(self) -> list[Alert]:
        """Open incidents that people were told of and that nobody has acknowledged: the first of each message."""
        found: dict[int, Alert] = {}
        for alert in self._select(
            "ended_at IS NULL AND told_at IS NOT NULL AND outbreak NOT IN"
            " (SELECT outbreak FROM incidents WHERE ended_at IS NULL AND acknowledged_at IS NOT NULL)",
            [],
        ):
            found.setdefault(alert.outbreak, alert)
        return list(found.values())

    def acknowledge(self, incident_id: int, user: str, now: datetime) -> Alert | None:
        """With it all that is told in the same message. None when somebody was quicker, or it has ended."""
        what = "acknowledged_by = ?, acknowledged_at = ?"
        still = "acknowledged_at IS NULL AND ended_at IS NULL"
        with self._db.transaction():
            taken = self._changed(f"{what} WHERE id = ? AND {still}", [user, epoch(now), incident_id])
            if taken:
                self._changed(f"{what} WHERE outbreak = ? AND {still}", [user, epoch(now), taken.outbreak])
            return taken

    def remind(self, incident_id: int, before: int, now: datetime) -> Alert | None:
        """One reminder more than `before`; None when another process sent it, or none is wanted any more."""
        return self._changed(
            "reminders = reminders + 1, reminded_at = ?"
            " WHERE id = ? AND reminders = ? AND acknowledged_at IS NULL AND ended_at IS NULL",
            [epoch(now), incident_id, before],
        )

    def _changed(self, what: str, values: list[Any]) -> Alert | None:
        with self._db.transaction() as db:
            found = db.execute(f"UPDATE incidents SET {what} RETURNING *", values).fetchall()
            return alert_of(found[0]) if found else None

    def open_for(self, target: Target) -> list[Alert]:
        return self._select(
            "ended_at IS NULL AND service = ? AND environment = ?", [target.service, target.environment]
        )

    def last_end(self, target: Target) -> datetime | None:
        """When it was last found that one of its outages was over."""
        with self._db.reading() as db:
            found = db.execute(
                "SELECT max(up_detected_at) FROM incidents WHERE service = ? AND environment = ?",
                [target.service, target.environment],
            ).fetchone()
            return maybe_instant(found[0])

    def lately(self, since: datetime, most: int) -> list[Alert]:
        """Those that are open, or ended after `since`; the newest first."""
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT * FROM incidents WHERE ended_at IS NULL OR ended_at > ? ORDER BY started_at DESC, id DESC"
                " LIMIT ?",
                [epoch(since), most],
            )
            return [alert_of(row) for row in rows]

    def orphans(self, ids: Collection[str]) -> list[Alert]:
        """Open incidents of checks other than these; what others say is no check of ours."""
        return self._select(
            "ended_at IS NULL AND source = '' AND check_id NOT IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        )

    def outages(self, check_ids: Iterable[str], since: datetime) -> list[Outage]:
        """What these checks were down for, as far as it reached beyond `since`."""
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT check_id, started_at, ended_at FROM incidents WHERE (ended_at IS NULL OR ended_at > ?)"
                " AND check_id IN (SELECT value FROM json_each(?)) ORDER BY started_at, id",
                [epoch(since), json.dumps(list(check_ids))],
            )
            return [Outage(row["check_id"], instant(row["started_at"]), maybe_instant(row["ended_at"])) for row in rows]

    def _select(self, where: str, values: list[Any]) -> list[Alert]:
        with self._db.reading() as db:
            rows = db.execute(f"SELECT * FROM incidents WHERE {where} ORDER BY started_at, id", values)
            return [alert_of(row) for row in rows]
