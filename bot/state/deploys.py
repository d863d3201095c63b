"""The table `deploys`: one row per deploy; at most one unfinished row per service and environment."""

import json
import sqlite3
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.managed import Pace
from bot.model import DeployKind, DeployState, Release, Target
from bot.records import Changes, Deploy, Handed, Plan, StageKind, StagePlan
from bot.state.database import Database, epoch, instant, maybe_instant
from bot.tolerance import Tolerance, Unreachable

MIGRATIONS = Migrations("deploys")
KEPT = 128  # plans


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.table("deploys").create(
        {
            "id": int,
            "service": str,
            "environment": str,
            "kind": str,
            "sha": str,
            "ref": str,
            "fallback_sha": str,
            "fallback_ref": str,
            "plan": str,
            "requester": str,
            "state": str,
            "reason": str,
            "incident": int,
            "created_at": float,
            "finished_at": float,
            "aborted_by": str,
        },
        pk="id",
        not_null={"service", "environment", "kind", "sha", "ref", "plan", "requester", "state", "created_at"},
    )
    db.execute("CREATE UNIQUE INDEX one_deploy_at_a_time ON deploys (service, environment) WHERE finished_at IS NULL")
    db.table("deploys").create_index(["service", "environment", "state", "id"])


@MIGRATIONS()
def add_forced(db: SqliteDatabase) -> None:
    db.table("deploys").add_column("forced", str)


@MIGRATIONS()
def add_plan_hash(db: SqliteDatabase) -> None:
    """And `usual`, in seconds."""
    db.table("deploys").add_column("plan_hash", str)
    db.table("deploys").add_column("usual", float)


class Deploys:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(
        self,
        plan: Plan,
        requester: str,
        now: datetime,
        incident: int | None = None,
        forced: str = "",
        plan_hash: str = "",
        usual: timedelta | None = None,
    ) -> Deploy | None:
        """The new row, or None when another deploy is running there: `running` says which."""
        row = {**_columns(plan), "requester": requester, "state": DeployState.RUNNING, "reason": "", "forced": forced}
        row |= {"plan_hash": plan_hash, "usual": usual.total_seconds() if usual else None}
        try:
            with self._db.transaction() as db:
                table = db.table("deploys")
                table.insert({**row, "incident": incident, "created_at": epoch(now), "finished_at": None})
                return self.get(table.last_rowid or 0)
        except sqlite3.IntegrityError:
            return None

    def finish(self, deploy_id: int, state: DeployState, reason: str, now: datetime) -> bool:
        """False when it had already ended."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE deploys SET state = ?, reason = ?, finished_at = ? WHERE id = ? AND finished_at IS NULL",
                [state, reason, epoch(now), deploy_id],
            )
            return changed.rowcount == 1

    def abort(self, deploy_id: int, user: str) -> bool:
        """False when it has ended, or was aborted before."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE deploys SET aborted_by = ? WHERE id = ? AND finished_at IS NULL AND aborted_by IS NULL",
                [user, deploy_id],
            )
            return changed.rowcount == 1

    def unabort(self, deploy_id: int) -> bool:
        """It is no longer aborted; False when it was not, or has ended."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE deploys SET aborted_by = NULL WHERE id = ? AND finished_at IS NULL AND aborted_by IS NOT NULL",
                [deploy_id],
            )
            return changed.rowcount == 1

    def get(self, deploy_id: int) -> Deploy | None:
        found = self._select("id = ?", [deploy_id])
        return found[0] if found else None

    def aborted_by(self, deploy_id: int) -> str:
        """Who asked for its end, empty when nobody did. Asked again and again while steps run: the plan is not read."""
        with self._db.reading() as db:
            found = db.execute("SELECT aborted_by FROM deploys WHERE id = ?", [deploy_id]).fetchone()
            return (found["aborted_by"] or "") if found else ""

    def running(self, target: Target) -> Deploy | None:
        found = self._select("service = ? AND environment = ? AND finished_at IS NULL", _key(target))
        return found[0] if found else None

    def unfinished(self) -> list[Deploy]:
        return self._select("finished_at IS NULL", [])

    def last(self, target: Target) -> Deploy | None:
        found = self._select("service = ? AND environment = ?", _key(target), limit=1)
        return found[0] if found else None

    def newest(self, target: Target, limit: int) -> list[Deploy]:
        """The newest first."""
        return self._select("service = ? AND environment = ?", _key(target), limit=limit)

    def by(self, requester: str, target: Target, since: datetime) -> list[Deploy]:
        """Those there that this person, or the bot, asked for since then; the newest first."""
        where = "service = ? AND environment = ? AND requester = ? AND created_at >= ?"
        return self._select(where, [*_key(target), requester, epoch(since)])

    def history(self, service: str, limit: int) -> list[Deploy]:
        """The newest first, over all environments."""
        return self._select("service = ?", [service], limit=limit)

    def past(self, service: str, environment: str | None, upto: int, start: int, limit: int) -> list[Deploy]:
        """The newest first, none newer than the number `upto`; `start` counts from 0. Without an environment all."""
        where, arguments = _past(service, environment, upto)
        return self._select(where, arguments, limit, start)

    def count(self, service: str, environment: str | None, upto: int) -> int:
        """How many those are in all."""
        where, arguments = _past(service, environment, upto)
        with self._db.reading() as db:
            return int(db.table("deploys").count_where(where, arguments))

    def recent(self, limit: int) -> list[Deploy]:
        """The newest first, over all services."""
        return self._select("1 = 1", [], limit=limit)

    def ended(self, since: datetime, until: datetime) -> list[Deploy]:
        """Those that ended from then on and before then, the oldest first."""
        return self._select("finished_at >= ? AND finished_at < ?", [epoch(since), epoch(until)])[::-1]

    def succeeded(self, target: Target, limit: int = 50) -> list[Deploy]:
        """The last that fully succeeded there, the oldest first."""
        where = "service = ? AND environment = ? AND state = ?"
        return self._select(where, [*_key(target), DeployState.SUCCEEDED], limit=limit)[::-1]

    def _select(
        self, where: str, arguments: list[Any], limit: int | None = None, start: int | None = None
    ) -> list[Deploy]:
        with self._db.reading() as db:
            rows = db.table("deploys").rows_where(where, arguments, order_by="id DESC", limit=limit, offset=start)
            return [_deploy(row) for row in rows]


def _key(target: Target) -> list[Any]:
    return [target.service, target.environment]


def _past(service: str, environment: str | None, upto: int) -> tuple[str, list[Any]]:
    if environment is None:
        return "service = ? AND id <= ?", [service, upto]
    return "service = ? AND environment = ? AND id <= ?", [service, environment, upto]


def _columns(plan: Plan) -> dict[str, Any]:
    rest = {
        "batches": plan.batches,
        "stages": [asdict(stage) for stage in plan.stages],
        "changes": asdict(plan.changes) if plan.changes else None,
        "irreversible": plan.irreversible,
        "strategy": plan.strategy,
        "tolerance": asdict(plan.tolerance),
        "partial": plan.partial,
        "handed": _handed_columns(plan.handed) if plan.handed else None,
    }
    return {
        "service": plan.target.service,
        "environment": plan.target.environment,
        "kind": plan.kind,
        "sha": plan.release.sha,
        "ref": plan.release.ref,
        "fallback_sha": plan.fallback.sha if plan.fallback else None,
        "fallback_ref": plan.fallback.ref if plan.fallback else None,
        "plan": json.dumps(rest),
    }


def _deploy(row: dict[str, Any]) -> Deploy:
    return Deploy(
        id=row["id"],
        plan=_plan(*(row[name] for name in PLAN)),
        requester=row["requester"],
        state=DeployState(row["state"]),
        created_at=instant(row["created_at"]),
        finished_at=maybe_instant(row["finished_at"]),
        reason=row["reason"],
        incident=row["incident"],
        aborted_by=row["aborted_by"] or "",
        forced=row["forced"] or "",
        plan_hash=row["plan_hash"] or "",
        usual=timedelta(seconds=row["usual"]) if row["usual"] else None,
    )


PLAN = ("service", "environment", "kind", "sha", "ref", "fallback_sha", "fallback_ref", "plan")


@lru_cache(maxsize=KEPT)
def _plan(
    service: str,
    environment: str,
    kind: str,
    sha: str,
    ref: str,
    fallback_sha: str | None,
    fallback_ref: str,
    written: str,
) -> Plan:
    """Kept: it never changes, and is read with every look at the deploy."""
    rest = json.loads(written)
    return Plan(
        target=Target(service, environment),
        kind=DeployKind(kind),
        release=Release(sha, ref),
        fallback=Release(fallback_sha, fallback_ref) if fallback_sha else None,
        batches=tuple(tuple(batch) for batch in rest["batches"]),
        stages=tuple(StagePlan(StageKind(one["kind"]), one["name"], one["batch"]) for one in rest["stages"]),
        changes=Changes(**rest["changes"]) if rest["changes"] else None,
        irreversible=tuple(rest.get("irreversible", ())),
        strategy=rest.get("strategy", ""),
        tolerance=_tolerance(rest.get("tolerance", {})),
        partial=rest.get("partial", False),
        handed=_handed(rest["handed"]) if rest.get("handed") else None,
    )


def _handed_columns(handed: Handed) -> dict[str, Any]:
    pace = handed.pace
    how = {"kind": pace.kind, "checkpoints": pace.checkpoints, "patience": pace.patience.total_seconds()}
    return {"pace": how, "does": handed.does, "seal": handed.seal}


def _handed(kept: dict[str, Any]) -> Handed:
    how = kept["pace"]
    pace = Pace(how["kind"], tuple(how["checkpoints"]), timedelta(seconds=how["patience"]))
    return Handed(pace, tuple(kept["does"]), kept["seal"])


def _tolerance(kept: dict[str, Any]) -> Tolerance:
    """Plans of older versions have none."""
    given = {**kept, "unreachable": Unreachable(kept["unreachable"])} if kept else {}
    return Tolerance(**given)
