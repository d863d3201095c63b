"""The table `outbox`: one row per message, its newest content, and how far Slack has it.

A row is written in the transaction of what it announces. An attempt is marked in its own commit before the call, so
that after a crash it is known which calls may have been carried out.
"""

import json
import sqlite3
import uuid
from datetime import datetime

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Call, Content, Outgoing, Pending
from bot.state.database import Database, epoch, instant, maybe_epoch, maybe_instant

MIGRATIONS = Migrations("outbox")
OPEN = "delivered_version < version AND closed_at IS NULL"
TRIED = "ts IS NOT NULL OR attempt_started_at IS NOT NULL"
REWORD = (
    "UPDATE outbox SET version = version + 1, payload = ?, changed_at = ?,"
    f" channel = CASE WHEN {TRIED} THEN channel ELSE ? END, thread = CASE WHEN {TRIED} THEN thread ELSE ? END"
    " WHERE key = ?"
)
"""One statement: a deploy's message is reworded with each step."""


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.table("outbox").create(
        {
            "id": int,
            "key": str,
            "channel": str,
            "thread": str,
            "payload": str,
            "version": int,
            "delivered_version": int,
            "op": str,
            "channel_id": str,
            "ts": str,
            "created_at": float,
            "changed_at": float,
            "attempt_started_at": float,
            "not_before": float,
            "attempts": int,
            "plain": int,
            "last_error": str,
            "failed_at": float,
            "closed_at": float,
        },
        pk="id",
        not_null={"key", "channel", "payload", "op", "created_at", "changed_at"},
        defaults={"version": 1, "delivered_version": 0, "attempts": 0, "plain": 0},
    )
    db.table("outbox").create_index(["key"], unique=True)
    db.execute(f"CREATE INDEX outbox_open ON outbox (id) WHERE {OPEN}")


class Outbox:
    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, message: Outgoing, now: datetime) -> bool:
        """The message is to look like this. Call it in the transaction of what it announces.

        False when it does already. A message that is, or may be, in Slack is edited there: it stays in its channel.
        """
        payload = _written(message.content)
        with self._db.transaction() as db:
            row = db.conn.execute(
                "SELECT payload = ? AS same FROM outbox WHERE key = ?", [payload, message.key]
            ).fetchone()
            if row is None:
                self._insert(db, message, payload, now)
            elif row["same"]:
                return False
            else:
                db.conn.execute(REWORD, [payload, epoch(now), message.channel, message.thread, message.key])
        return True

    def _insert(self, db: SqliteDatabase, message: Outgoing, payload: str, now: datetime) -> None:
        db.table("outbox").insert(
            {
                "key": message.key,
                "channel": message.channel,
                "thread": message.thread,
                "payload": payload,
                "op": uuid.uuid4().hex,
                "created_at": epoch(now),
                "changed_at": epoch(now),
            }
        )

    def pending(self) -> list[Pending]:
        """Every message whose newest version Slack does not have, oldest first."""
        with self._db.reading() as db:
            rows = db.conn.execute(
                "SELECT o.*, p.ts AS parent_ts, p.channel_id AS parent_channel_id"
                f" FROM (SELECT * FROM outbox WHERE {OPEN}) o LEFT JOIN outbox p ON p.key = o.thread ORDER BY o.id"
            )
            return [_pending(row) for row in rows]

    def backlog(self) -> tuple[int, datetime | None]:
        """How many messages wait to be sent, and since when the first does; those that Slack refused do not wait."""
        with self._db.reading() as db:
            number, since = db.execute(
                "SELECT count(*), min(CASE WHEN delivered_version = 0 THEN created_at ELSE changed_at END) FROM outbox"
                f" WHERE {OPEN} AND failed_at IS NULL"
            ).fetchone()
            return number, maybe_instant(since)

    def refusals(self) -> int:
        """How many messages Slack has refused that are kept."""
        with self._db.reading() as db:
            (number,) = db.execute(f"SELECT count(*) FROM outbox WHERE {OPEN} AND failed_at IS NOT NULL").fetchone()
            return int(number)

    def stuck(self, before: datetime) -> list[tuple[str, Content]]:
        """Alerts that were put before this moment and are not in Slack in any form, oldest first; without the lists of
        what is down, which answer an alert.
        """
        with self._db.reading() as db:
            rows = db.execute(
                f"SELECT key, payload FROM outbox WHERE {OPEN} AND delivered_version = 0 AND created_at < ?"
                " AND (key GLOB 'incident:*' OR key GLOB 'flapping:*') AND key NOT GLOB '*:list' ORDER BY id",
                [epoch(before)],
            )
            return [(row["key"], _read(row["payload"])) for row in rows]

    def due(self, now: datetime) -> list[Pending]:
        """Those of `pending` that nothing tells to wait."""
        return [row for row in self.pending() if row.not_before is None or row.not_before <= now]

    def claim(self, row: Pending, now: datetime, until: datetime) -> tuple[Content, int] | None:
        """Marks an attempt as begun, and says what to send: the newest content and its version.

        None when somebody else has it. Until `until` nobody touches the row unless the outcome is recorded before.
        """
        with self._db.transaction() as db:
            taken = db.execute(
                "UPDATE outbox SET attempt_started_at = ?, not_before = ?, attempts = attempts + 1"
                " WHERE id = ? AND attempts = ? AND delivered_version = ? AND (attempt_started_at IS NOT NULL) = ?"
                f" AND {OPEN}",
                [epoch(now), epoch(until), row.id, row.attempts, row.delivered, row.unclear],
            ).rowcount
            if taken == 0:
                return None
            found = db.table("outbox").get(row.id)
        return _read(found["payload"]), found["version"]

    def delivered(self, row: Pending, version: int, channel_id: str, ts: str) -> None:
        """Slack has this version, there. Version 0: the message is there, which version is not known."""
        self._set(
            row,
            delivered_version=version,
            channel_id=channel_id,
            ts=ts,
            attempt_started_at=None,
            not_before=None,
            attempts=0,
            last_error=None,
            failed_at=None,
        )

    def postponed(self, row: Pending, until: datetime | None, error: str = "") -> None:
        """The attempt was certainly not carried out; the next not before `until`. A search stays a search."""
        kept = {} if row.call is Call.SEARCH else {"attempt_started_at": None}
        self._set(row, not_before=maybe_epoch(until), last_error=error or None, **kept)

    def unclear(self, row: Pending, until: datetime, error: str) -> None:
        """The attempt may have been carried out; to be looked into from `until` on."""
        self._set(row, not_before=epoch(until), last_error=error)

    def absent(self, row: Pending) -> None:
        """A search has shown that the message is not there: it may be posted."""
        self._set(row, attempt_started_at=None, not_before=None)

    def simplified(self, row: Pending, level: int, error: str) -> None:
        """Slack refused its blocks: from now on it is shown this plainly."""
        self._set(row, plain=level, attempt_started_at=None, not_before=None, last_error=error)

    def plainer(self, row: Pending, level: int) -> None:
        """From now on it is shown this plainly; how its last attempt ended stays unclear."""
        self._set(row, plain=level)

    def refused(self, row: Pending, now: datetime, until: datetime, error: str) -> None:
        """Slack refused it for good; kept, and tried again from `until` on."""
        self._set(row, attempt_started_at=None, last_error=error)
        self.shelved(row, now, until)

    def shelved(self, row: Pending, now: datetime, until: datetime) -> None:
        """Left for `until`, holding up nobody; how its last attempt ended stays as it was."""
        self._set(row, failed_at=epoch(now), not_before=epoch(until))

    def closed(self, row: Pending, now: datetime, error: str) -> None:
        """The message is gone from Slack, or cannot be edited any more: later versions are not sent."""
        self._set(row, closed_at=epoch(now), attempt_started_at=None, not_before=None, last_error=error)

    def holds(self, key: str) -> bool:
        """Whether such a message was ever put, sent or not."""
        with self._db.reading() as db:
            return db.table("outbox").count_where("key = ?", [key]) > 0

    def located(self, key: str) -> tuple[str, str] | None:
        """(channel id, ts) of a message that is in Slack."""
        with self._db.reading() as db:
            for row in db.table("outbox").rows_where("key = ? AND ts IS NOT NULL", [key], select="channel_id, ts"):
                return row["channel_id"], row["ts"]
        return None

    def prune(self, before: datetime) -> int:
        """Forgets messages last changed before this moment, and how many; never one that is still to be sent, nor
        one that such a message answers. A key put again afterwards is a new message.
        """
        done = f"changed_at < ? AND NOT ({OPEN} AND failed_at IS NULL)"
        answered = f"SELECT thread FROM outbox WHERE {OPEN} AND failed_at IS NULL AND thread IS NOT NULL"
        with self._db.transaction() as db:
            return db.execute(f"DELETE FROM outbox WHERE {done} AND key NOT IN ({answered})", [epoch(before)]).rowcount

    def _set(self, row: Pending, **columns: object) -> None:
        with self._db.transaction() as db:
            db.table("outbox").update(row.id, columns)


def _written(content: Content) -> str:
    return json.dumps({"text": content.text, "blocks": content.blocks}, ensure_ascii=False, separators=(",", ":"))


def _read(payload: str) -> Content:
    found = json.loads(payload)
    return Content(found["text"], tuple(found["blocks"]))


def _pending(row: sqlite3.Row) -> Pending:
    return Pending(
        id=row["id"],
        key=row["key"],
        channel=row["channel"],
        op=row["op"],
        created_at=instant(row["created_at"]),
        version=row["version"],
        delivered=row["delivered_version"],
        attempts=row["attempts"],
        thread=row["thread"],
        parent_ts=row["parent_ts"],
        channel_id=row["channel_id"] or row["parent_channel_id"],
        ts=row["ts"],
        unclear=row["attempt_started_at"] is not None,
        failed=row["failed_at"] is not None,
        not_before=maybe_instant(row["not_before"]),
        level=row["plain"],
    )
