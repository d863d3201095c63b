"""The table `halts`: one row per question to people after an abort; answered once, by a counted UPDATE."""

import json
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.halt import Choice, Halt
from bot.state.database import Database, epoch, instant, maybe_epoch, maybe_instant

MIGRATIONS = Migrations("halts")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"deploy": int, "turn": int, "position": int, "aborted_by": str, "asked_at": float, "expires_at": float}
    db.table("halts").create(
        {**columns, "back": str, "unknown": str, "choice": str, "chosen_by": str, "decided_at": float},
        pk=("deploy", "turn"),
        not_null={"position", "aborted_by", "asked_at", "expires_at", "back", "unknown", "choice", "chosen_by"},
    )


class Halts:
    def __init__(self, db: Database) -> None:
        self._db = db

    def ask(self, halt: Halt) -> Halt:
        """The question as it stands: asked once, however often its stage is begun again after a crash."""
        with self._db.transaction() as db:
            db.table("halts").insert(_row(halt), ignore=True)
            return self.get(halt.deploy, halt.turn) or halt

    def decide(self, halt: Halt, choice: Choice, by: str, now: datetime) -> Halt | None:
        """The answered question; None when it was answered before."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE halts SET choice = ?, chosen_by = ?, decided_at = ?"
                " WHERE deploy = ? AND turn = ? AND choice = ?",
                [choice, by, epoch(now), halt.deploy, halt.turn, Choice.OPEN],
            )
            return self.get(halt.deploy, halt.turn) if changed.rowcount == 1 else None

    def get(self, deploy_id: int, turn: int) -> Halt | None:
        return next(iter(self._select("deploy = ? AND turn = ?", [deploy_id, turn])), None)

    def newest(self, deploy_id: int) -> Halt | None:
        return next(iter(self._select("deploy = ?", [deploy_id])), None)

    def _select(self, where: str, arguments: list[Any]) -> list[Halt]:
        with self._db.reading() as db:
            rows = db.table("halts").rows_where(where, arguments, order_by="turn DESC", limit=1)
            return [_halt(row) for row in rows]


def _row(halt: Halt) -> dict[str, Any]:
    return {
        "deploy": halt.deploy,
        "turn": halt.turn,
        "position": halt.position,
        "aborted_by": halt.aborted_by,
        "asked_at": epoch(halt.asked_at),
        "expires_at": epoch(halt.expires_at),
        "back": json.dumps(halt.back),
        "unknown": json.dumps(halt.unknown),
        "choice": halt.choice,
        "chosen_by": halt.chosen_by,
        "decided_at": maybe_epoch(halt.decided_at),
    }


def _halt(row: dict[str, Any]) -> Halt:
    return Halt(
        deploy=row["deploy"],
        turn=row["turn"],
        position=row["position"],
        aborted_by=row["aborted_by"],
        asked_at=instant(row["asked_at"]),
        expires_at=instant(row["expires_at"]),
        back=tuple(json.loads(row["back"])),
        unknown=tuple(json.loads(row["unknown"])),
        choice=Choice(row["choice"]),
        chosen_by=row["chosen_by"],
        decided_at=maybe_instant(row["decided_at"]),
    )
