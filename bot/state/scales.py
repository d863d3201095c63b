"""The table `scales`: one row per act that changes a number of hosts; at most one running per service and environment.

What waits for a confirming click stands here too, and is begun by a counted UPDATE.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Target
from bot.scales import Scaling, Stand
from bot.scaling import Change
from bot.state.database import Database, epoch, instant, maybe_epoch, maybe_instant

MIGRATIONS = Migrations("scales")
PROPOSED, RUNNING = f"'{Stand.PROPOSED}'", f"'{Stand.RUNNING}'"
HERE = "service = ? AND environment = ?"


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    texts = dict.fromkeys(("service", "environment", "requester", "leave", "seen", "limited", "stand", "result"), str)
    numbers = {"id": int, "hosts_before": int, "hosts_after": int, "reached": int, "well": int, "undoes": int}
    times = dict.fromkeys(("created_at", "began_at", "finished_at"), float)
    db.table("scales").create(
        {**numbers, **texts, **times, "incident": int, "cost": float},
        pk="id",
        not_null={*texts, "hosts_before", "hosts_after", "created_at"},
    )
    db.execute(f"CREATE UNIQUE INDEX one_scale_at_a_time ON scales (service, environment) WHERE stand = {RUNNING}")
    db.table("scales").create_index(["service", "environment", "id"])
    db.table("scales").create_index(["began_at"])


class Scales:
    def __init__(self, db: Database) -> None:
        self._db = db

    def propose(self, scaling: Scaling) -> Scaling:
        """The new row, which nothing follows until `begin`."""
        with self._db.transaction() as db:
            row = {**_row(scaling), "stand": Stand.PROPOSED}
            return self._known(db.table("scales").insert(row).last_rowid or 0)

    def begin(self, scaling: Scaling, now: datetime) -> Scaling | None:
        """Running from now on, whether it was proposed before or not. None when another one runs there, or when the
        proposal was used before.
        """
        try:
            with self._db.transaction() as db:
                number = scaling.id or db.table("scales").insert({**_row(scaling), "stand": Stand.PROPOSED}).last_rowid
                begun = db.execute(
                    f"UPDATE scales SET stand = ?, began_at = ? WHERE id = ? AND stand = {PROPOSED}",
                    [Stand.RUNNING, epoch(now), number],
                )
                return self._known(number or 0) if begun.rowcount == 1 else None
        except sqlite3.IntegrityError:
            return None

    def cancel(self, scale_id: int, now: datetime) -> bool:
        """Of a proposal; False when it was used before."""
        with self._db.transaction() as db:
            where = f"id = ? AND stand = {PROPOSED}"
            values = [Stand.CANCELLED, epoch(now), scale_id]
            return db.execute(f"UPDATE scales SET stand = ?, finished_at = ? WHERE {where}", values).rowcount == 1

    def progress(self, scale_id: int, reached: int, well: int) -> bool:
        """False when nothing is new, or it has ended."""
        with self._db.transaction() as db:
            changed = db.execute(
                "UPDATE scales SET reached = ?, well = ?"
                f" WHERE id = ? AND stand = {RUNNING} AND (reached IS NOT ? OR well IS NOT ?)",
                [reached, well, scale_id, reached, well],
            )
            return changed.rowcount == 1

    def finish(self, scale_id: int, stand: Stand, result: str, now: datetime) -> bool:
        """False when it had already ended."""
        with self._db.transaction() as db:
            changed = db.execute(
                f"UPDATE scales SET stand = ?, result = ?, finished_at = ? WHERE id = ? AND stand = {RUNNING}",
                [stand, result, epoch(now), scale_id],
            )
            return changed.rowcount == 1

    def get(self, scale_id: int) -> Scaling | None:
        return next(iter(self._select("id = ?", [scale_id])), None)

    def running(self, target: Target) -> Scaling | None:
        return next(iter(self._select(f"{HERE} AND stand = {RUNNING}", _key(target))), None)

    def shrinks(self, target: Target) -> bool:
        """Whether a host is being taken away there, also for a new one in its place."""
        running = self.running(target)
        return running is not None and (running.shrinks or bool(running.replaces))

    def unfinished(self) -> list[Scaling]:
        return self._select(f"stand = {RUNNING}", [])

    def newest(self, target: Target, limit: int) -> list[Scaling]:
        """Those that began, the newest first."""
        return self._select(f"{HERE} AND began_at IS NOT NULL", _key(target), limit)

    def reliefs(self, target: Target, requester: str, since: datetime) -> list[Scaling]:
        """Those that an incident began by this one since then, the newest first."""
        where = f"{HERE} AND began_at > ? AND requester = ? AND incident IS NOT NULL"
        return self._select(where, [*_key(target), epoch(since), requester])

    def all_changes(self, since: datetime) -> Mapping[Target, tuple[Change, ...]]:
        """What was changed since then by target, oldest first, as far as it came."""
        found: dict[Target, list[Change]] = defaultdict(list)
        where = "began_at > ? AND coalesce(reached, hosts_after) <> hosts_before"
        for act in reversed(self._select(where, [epoch(since)])):
            reached = act.after if act.reached is None else act.reached
            found[act.target].append(Change(act.began_at or act.created_at, act.before, reached))
        return {target: tuple(changes) for target, changes in found.items()}

    def all_failures(self, since: datetime) -> Mapping[Target, tuple[Change, ...]]:
        """What began since then and came nowhere, by target, oldest first, at the moment when it ended: of what came
        after the last act that reached all.
        """
        found: dict[Target, list[Change]] = defaultdict(list)
        for act in reversed(self._select("began_at > ? AND hosts_after <> hosts_before", [epoch(since)])):
            if act.stand is Stand.DONE:
                found.pop(act.target, None)
            elif act.stand is Stand.SHORT and act.reached in (None, act.before):
                found[act.target].append(Change(act.finished_at or act.created_at, act.before, act.after))
        return {target: tuple(failures) for target, failures in found.items()}

    def _known(self, number: int) -> Scaling:
        return self._select("id = ?", [number])[0]

    def _select(self, where: str, arguments: list[Any], limit: int | None = None) -> list[Scaling]:
        with self._db.reading() as db:
            rows = db.table("scales").rows_where(where, arguments, order_by="id DESC", limit=limit)
            return [_scaling(row) for row in rows]


def _key(target: Target) -> list[Any]:
    return [target.service, target.environment]


def _row(scaling: Scaling) -> dict[str, Any]:
    return {
        "service": scaling.target.service,
        "environment": scaling.target.environment,
        "hosts_before": scaling.before,
        "hosts_after": scaling.after,
        "requester": scaling.requester,
        "leave": json.dumps(scaling.leave),
        "seen": scaling.seen,
        "limited": scaling.limit,
        "created_at": epoch(scaling.created_at),
        "began_at": maybe_epoch(scaling.began_at),
        "result": "",
        "undoes": scaling.undoes,
        "incident": scaling.incident,
        "cost": scaling.cost,
    }


def _scaling(row: dict[str, Any]) -> Scaling:
    return Scaling(
        target=Target(row["service"], row["environment"]),
        before=row["hosts_before"],
        after=row["hosts_after"],
        requester=row["requester"],
        created_at=instant(row["created_at"]),
        leave=tuple(json.loads(row["leave"])),
        seen=row["seen"],
        limit=row["limited"],
        id=row["id"],
        stand=Stand(row["stand"]),
        began_at=maybe_instant(row["began_at"]),
        finished_at=maybe_instant(row["finished_at"]),
        reached=row["reached"],
        well=row["well"],
        result=row["result"],
        undoes=row["undoes"],
        incident=row["incident"],
        cost=row["cost"],
    )
