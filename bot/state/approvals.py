"""The table `approvals`: one row per question to people, with who said yes; decided once, by a counted UPDATE."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.records import Approval, Decision
from bot.state.database import Database, epoch, instant, maybe_instant

MIGRATIONS = Migrations("approvals")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"deploy": int, "position": int, "sha": str, "asked_at": float, "expires_at": float, "needed": int}
    db.table("approvals").create(
        {**columns, "voters": str, "decision": str, "decided_by": str, "decided_at": float},
        pk=("deploy", "position"),
        not_null={"sha", "asked_at", "expires_at", "needed", "voters", "decision", "decided_by"},
    )


@MIGRATIONS()
def add_plan_hash(db: SqliteDatabase) -> None:
    db.table("approvals").add_column("plan_hash", str)


@MIGRATIONS()
def add_reasons(db: SqliteDatabase) -> None:
    db.table("approvals").add_column("unclear", int, not_null_default=0)
    db.table("approvals").add_column("reasons", str, not_null_default="[]")


class Approvals:
    def __init__(self, db: Database) -> None:
        self._db = db

    def ask(self, question: Approval) -> Approval:
        """The question as it stands: asked once, however often its stage is begun again after a crash."""
        with self._db.transaction() as db:
            db.table("approvals").insert(_row(question), ignore=True)
            return self._only(question.deploy, question.position)

    def vote(self, question: Approval, user: str, now: datetime, reason: str = "") -> Approval | None:
        """The question with one more yes, which may decide it; None when it was decided or changed meanwhile."""
        more = replace(question, voters=(*question.voters, user), reasons=(*question.reasons, reason))
        if len(more.voters) < question.needed:
            return self._change(question, more)
        return self._change(question, replace(more, decision=Decision.PROMOTED, decided_by=user, decided_at=now))

    def decide(self, question: Approval, decision: Decision, by: str, now: datetime) -> Approval | None:
        """The decided question; None when it was decided or changed meanwhile."""
        return self._change(question, replace(question, decision=decision, decided_by=by, decided_at=now))

    def forget(self, deploy_id: int, position: int) -> None:
        """What was answered no longer counts: the stage asks anew."""
        with self._db.transaction() as db:
            db.table("approvals").delete_where("deploy = ? AND position = ?", [deploy_id, position])

    def newest(self, deploy_id: int) -> Approval | None:
        with self._db.reading() as db:
            rows = db.table("approvals").rows_where("deploy = ?", [deploy_id], order_by="position DESC", limit=1)
            return next(map(_approval, rows), None)

    def of(self, deploy_id: int) -> tuple[Approval, ...]:
        """Every question of the deploy, in the order of its stages."""
        with self._db.reading() as db:
            rows = db.table("approvals").rows_where("deploy = ?", [deploy_id], order_by="position")
            return tuple(map(_approval, rows))

    def _change(self, question: Approval, changed_to: Approval) -> Approval | None:
        at = changed_to.decided_at
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE approvals SET voters = ?, reasons = ?, decision = ?, decided_by = ?, decided_at = ?"
                " WHERE deploy = ? AND position = ? AND decision = ? AND voters = ?",
                [
                    json.dumps(changed_to.voters),
                    json.dumps(changed_to.reasons),
                    changed_to.decision,
                    changed_to.decided_by,
                    epoch(at) if at else None,
                    question.deploy,
                    question.position,
                    Decision.OPEN,
                    json.dumps(question.voters),
                ],
            )
            return self._only(question.deploy, question.position) if changed.rowcount == 1 else None

    def _only(self, deploy_id: int, position: int) -> Approval:
        with self._db.reading() as db:
            rows = db.table("approvals").rows_where("deploy = ? AND position = ?", [deploy_id, position])
            return next(map(_approval, rows))


def _row(question: Approval) -> dict[str, Any]:
    return {
        "deploy": question.deploy,
        "position": question.position,
        "sha": question.sha,
        "asked_at": epoch(question.asked_at),
        "expires_at": epoch(question.expires_at),
        "needed": question.needed,
        "voters": json.dumps(question.voters),
        "decision": question.decision,
        "decided_by": question.decided_by,
        "decided_at": None,
        "plan_hash": question.plan_hash,
        "unclear": int(question.unclear),
        "reasons": json.dumps(question.reasons),
    }


def _approval(row: dict[str, Any]) -> Approval:
    return Approval(
        deploy=row["deploy"],
        position=row["position"],
        sha=row["sha"],
        asked_at=instant(row["asked_at"]),
        expires_at=instant(row["expires_at"]),
        needed=row["needed"],
        voters=tuple(json.loads(row["voters"])),
        decision=Decision(row["decision"]),
        decided_by=row["decided_by"],
        decided_at=maybe_instant(row["decided_at"]),
        plan_hash=row["plan_hash"] or "",
        unclear=bool(row["unclear"]),
        reasons=tuple(json.loads(row["reasons"])),
    )
