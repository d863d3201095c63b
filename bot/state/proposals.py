"""The table `proposals`: what waits for a confirming click; each ends at most once, by a counted UPDATE."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.drafts import Draft, Fate
from bot.model import Target
from bot.state.database import Database, epoch, instant, maybe_epoch, maybe_instant

MIGRATIONS = Migrations("proposals")
KEPT = timedelta(days=7)  # after its end of time; a later click is told that there is none


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"id": int, "command": str, "service": str, "environment": str, "asker": str, "plan": str}
    db.table("proposals").create(
        {
            **columns,
            "plan_hash": str,
            "doubts": str,
            "created_at": float,
            "expires_at": float,
            "incident": int,
            "fate": str,
            "ended_at": float,
            "deploy": int,
        },
        pk="id",
        not_null={*columns, "plan_hash", "doubts", "created_at", "expires_at", "fate"} - {"id"},
    )
    db.table("proposals").create_index(["expires_at"])


class Proposals:
    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, draft: Draft) -> Draft:
        """As written, with its number. Those that are long over are forgotten."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM proposals WHERE expires_at < ?", [epoch(draft.created_at - KEPT)])
            number = db.table("proposals").insert(_row(draft)).last_rowid
            return replace(draft, id=number or 0)

    def end(self, proposal_id: int, fate: Fate, now: datetime, deploy: int | None = None) -> Draft | None:
        """The ended one; None when it had ended before."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE proposals SET fate = ?, ended_at = ?, deploy = ? WHERE id = ? AND fate = ?",
                [fate, epoch(now), deploy, proposal_id, Fate.OPEN],
            )
            return self.get(proposal_id) if changed.rowcount == 1 else None

    def get(self, proposal_id: int) -> Draft | None:
        with self._db.reading() as db:
            return next(map(_draft, db.table("proposals").rows_where("id = ?", [proposal_id])), None)


def _row(draft: Draft) -> dict[str, Any]:
    return {
        "command": draft.command,
        "service": draft.target.service,
        "environment": draft.target.environment,
        "asker": draft.asker,
        "plan": draft.plan,
        "plan_hash": draft.plan_hash,
        "doubts": json.dumps(draft.doubts),
        "created_at": epoch(draft.created_at),
        "expires_at": epoch(draft.expires_at),
        "incident": draft.incident,
        "fate": draft.fate,
        "ended_at": maybe_epoch(draft.ended_at),
        "deploy": draft.deploy,
    }


def _draft(row: dict[str, Any]) -> Draft:
    return Draft(
        command=row["command"],
        target=Target(row["service"], row["environment"]),
        asker=row["asker"],
        plan=row["plan"],
        plan_hash=row["plan_hash"],
        doubts=tuple(json.loads(row["doubts"])),
        created_at=instant(row["created_at"]),
        expires_at=instant(row["expires_at"]),
        incident=row["incident"],
        id=row["id"],
        fate=Fate(row["fate"]),
        ended_at=maybe_instant(row["ended_at"]),
        deploy=row["deploy"],
    )
