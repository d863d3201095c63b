"""The table `deploy_stages`: the lines of a deploy's plan, with their times."""

from datetime import datetime
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Stage, StageState
from bot.state.database import Database, epoch, maybe_epoch, maybe_instant

MIGRATIONS = Migrations("deploy_stages")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"deploy": int, "position": int, "name": str, "state": str, "detail": str}
    db.table("deploy_stages").create(
        {**columns, "started_at": float, "finished_at": float},
        pk=("deploy", "position"),
        not_null={"name", "state", "detail"},
    )


class Stages:
    def __init__(self, db: Database) -> None:
        self._db = db

    def lay_out(self, deploy_id: int, names: list[str]) -> None:
        """All stages of a new deploy, pending, in their order."""
        with self._db.transaction() as db:
            db.table("deploy_stages").insert_all(
                _row(deploy_id, Stage(position, name)) for position, name in enumerate(names)
            )

    def append(self, deploy_id: int, name: str) -> int:
        """The position of the stage of this name, added at the end unless it is there already."""
        known = self.of(deploy_id)
        for stage in known:
            if stage.name == name:
                return stage.position
        with self._db.transaction() as db:
            db.table("deploy_stages").insert(_row(deploy_id, Stage(len(known), name)))
        return len(known)

    def begin(self, deploy_id: int, position: int, now: datetime) -> None:
        """In progress; a stage begun again after a restart keeps its first moment."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE deploy_stages SET state = ?, started_at = coalesce(started_at, ?)"
                " WHERE deploy = ? AND position = ? AND finished_at IS NULL",
                [StageState.IN_PROGRESS, epoch(now), deploy_id, position],
            )

    def say(self, deploy_id: int, position: int, detail: str) -> None:
        """What a stage that has not ended does now, in mrkdwn."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE deploy_stages SET detail = ? WHERE deploy = ? AND position = ? AND finished_at IS NULL",
                [detail, deploy_id, position],
            )

    def reopen(self, deploy_id: int, position: int) -> None:
        """Pending again, as if it had never begun."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE deploy_stages SET state = ?, detail = '', started_at = NULL, finished_at = NULL"
                " WHERE deploy = ? AND position = ?",
                [StageState.PENDING, deploy_id, position],
            )

    def end(self, deploy_id: int, position: int, state: StageState, detail: str, now: datetime) -> None:
        with self._db.transaction() as db:
            db.execute(
                "UPDATE deploy_stages SET state = ?, detail = ?, finished_at = ? WHERE deploy = ? AND position = ?",
                [state, detail, epoch(now), deploy_id, position],
            )

    def of(self, deploy_id: int) -> tuple[Stage, ...]:
        with self._db.reading() as db:
            rows = db.table("deploy_stages").rows_where("deploy = ?", [deploy_id], order_by="position")
            return tuple(_stage(row) for row in rows)


def _row(deploy_id: int, stage: Stage) -> dict[str, Any]:
    return {
        "deploy": deploy_id,
        "position": stage.position,
        "name": stage.name,
        "state": stage.state,
        "detail": stage.detail,
        "started_at": maybe_epoch(stage.started_at),
        "finished_at": maybe_epoch(stage.finished_at),
    }


def _stage(row: dict[str, Any]) -> Stage:
    return Stage(
        position=row["position"],
        name=row["name"],
        state=StageState(row["state"]),
        detail=row["detail"],
        started_at=maybe_instant(row["started_at"]),
        finished_at=maybe_instant(row["finished_at"]),
    )
