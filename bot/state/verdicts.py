"""The table `verdicts`: how the analysis of a deploy's stage ended, in one word and in those its message shows."""

from datetime import datetime

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.evidence import Verdict
from bot.state.database import Database, epoch

MIGRATIONS = Migrations("verdicts")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.table("verdicts").create(
        {"deploy": int, "position": int, "verdict": str, "words": str, "given_at": float},
        pk=("deploy", "position"),
        not_null={"verdict", "words", "given_at"},
    )


class Verdicts:
    def __init__(self, db: Database) -> None:
        self._db = db

    def give(self, deploy_id: int, position: int, verdict: Verdict, words: str, now: datetime) -> None:
        """The first stands, should a stage be run again after a crash."""
        row = {"deploy": deploy_id, "position": position, "verdict": verdict, "words": words, "given_at": epoch(now)}
        with self._db.transaction() as db:
            db.table("verdicts").insert(row, ignore=True)

    def forget(self, deploy_id: int, position: int) -> None:
        """The stage watches anew."""
        with self._db.transaction() as db:
            db.table("verdicts").delete_where("deploy = ? AND position = ?", [deploy_id, position])

    def newest(self, deploy_id: int) -> Verdict | None:
        """None where nothing was compared."""
        with self._db.reading() as db:
            rows = db.table("verdicts").rows_where("deploy = ?", [deploy_id], order_by="position DESC", limit=1)
            return next((Verdict(row["verdict"]) for row in rows), None)
