"""The table `deploy_hosts`: what a deploy knows of each of its hosts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import HostState, Step
from bot.records import HostLine, Plan
from bot.state.database import Database, epoch

MIGRATIONS = Migrations("deploy_hosts")
KEPT = 4096  # lines of hosts

Begun = tuple[int, str, Step]
"""A step that begins: the deploy's id, the host, the step."""


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"deploy": int, "host": str, "batch": int, "state": str, "step": str, "before_sha": str}
    db.table("deploy_hosts").create(
        {**columns, "detail": str, "tail": str, "healthy_after": float, "updated_at": float},
        pk=("deploy", "host"),
        not_null={"batch", "state", "detail", "tail", "updated_at"},
    )


@MIGRATIONS()
def add_was_down_and_found(db: SqliteDatabase) -> None:
    db.table("deploy_hosts").add_column("was_down", int, not_null_default=0)
    db.table("deploy_hosts").add_column("found_sha", str)


COLUMNS = (
    "deploy",
    "host",
    "batch",
    "state",
    "step",
    "before_sha",
    "detail",
    "tail",
    "healthy_after",
    "was_down",
    "found_sha",
    "updated_at",
)
SAVE = (
    f"INSERT INTO deploy_hosts ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{name}' for name in COLUMNS)})"
    f" ON CONFLICT DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in COLUMNS[2:])}"
)
"""A table's own upsert takes ten times as long: a hundred hosts are saved four times in a deploy."""

OF = f"SELECT {', '.join(COLUMNS[1:-1])} FROM deploy_hosts WHERE deploy = ? ORDER BY batch, host"


class DeployHosts:
    def __init__(self, db: Database) -> None:
        self._db = db

    def lay_out(self, deploy_id: int, plan: Plan, now: datetime) -> None:
        """Every host of a new deploy, waiting."""
        lines = [HostLine(host, number) for number, batch in enumerate(plan.batches) for host in batch]
        self.save(deploy_id, lines, now)

    def save(self, deploy_id: int, lines: Sequence[HostLine], now: datetime) -> None:
        with self._db.transaction() as db:
            db.conn.executemany(SAVE, [_row(deploy_id, line, now) for line in lines])

    def stepping(self, begun: Sequence[Begun], now: datetime) -> None:
        """Hosts of deploys begin a step; one that failed keeps the step that did, on its way back too."""
        rows = [(HostState.CHANGING, step, epoch(now), deploy_id, host) for deploy_id, host, step in begun]
        with self._db.transaction() as db:
            db.conn.executemany(
                "UPDATE deploy_hosts SET state = ?, step = CASE detail WHEN '' THEN ? ELSE step END, updated_at = ?"
                " WHERE deploy = ? AND host = ?",
                rows,
            )

    def of(self, deploy_id: int) -> tuple[HostLine, ...]:
        """By batch, then by name."""
        with self._db.reading() as db:
            return tuple(_line(*row) for row in db.conn.execute(OF, [deploy_id]))

    def mark(self, deploy_id: int, hosts: Sequence[str], state: HostState, now: datetime) -> None:
        """Only the state changes; what was said of the hosts stays."""
        rows = [(state, epoch(now), deploy_id, host) for host in hosts]
        with self._db.transaction() as db:
            db.conn.executemany("UPDATE deploy_hosts SET state = ?, updated_at = ? WHERE deploy = ? AND host = ?", rows)


def _row(deploy_id: int, line: HostLine, now: datetime) -> dict[str, Any]:
    return {
        "deploy": deploy_id,
        "host": line.host,
        "batch": line.batch,
        "state": line.state,
        "step": line.step,
        "before_sha": line.before,
        "detail": line.detail,
        "tail": line.tail,
        "healthy_after": line.healthy_after.total_seconds() if line.healthy_after is not None else None,
        "was_down": int(line.was_down),
        "found_sha": line.found,
        "updated_at": epoch(now),
    }


@lru_cache(maxsize=KEPT)
def _line(
    host: str,
    batch: int,
    state: str,
    step: str | None,
    before: str | None,
    detail: str,
    tail: str,
    after: float | None,
    was_down: int,
    found: str | None,
) -> HostLine:
    """In the order of the columns. Kept: a deploy's hosts are read twenty times, and few of them have changed."""
    return HostLine(
        host=host,
        batch=batch,
        state=HostState(state),
        step=Step(step) if step else None,
        before=before,
        detail=detail,
        tail=tail,
        healthy_after=None if after is None else timedelta(seconds=after),
        was_down=bool(was_down),
        found=found,
    )
