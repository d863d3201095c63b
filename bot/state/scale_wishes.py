"""The table `scale_wishes`: what the rules wanted, as spans: one row for as long as they wanted the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Target
from bot.scaling import Wish
from bot.state.database import Database, epoch, instant

MIGRATIONS = Migrations("scale_wishes")


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    columns = {"id": int, "service": str, "environment": str, "hosts": int, "first_at": float, "last_at": float}
    db.table("scale_wishes").create(columns, pk="id", not_null=set(columns) - {"id"})
    db.table("scale_wishes").create_index(["service", "environment", "id"])
    db.table("scale_wishes").create_index(["last_at"])


class Wishes:
    def __init__(self, db: Database) -> None:
        self._db = db

    def note(self, wanted: Iterable[tuple[Target, int]], now: datetime) -> None:
        """Once per sweep, for all targets that were looked at."""
        with self._db.transaction() as db:
            for target, hosts in wanted:
                key = [target.service, target.environment]
                last = "SELECT max(id) FROM scale_wishes WHERE service = ? AND environment = ?"
                longer = db.execute(
                    f"UPDATE scale_wishes SET last_at = ? WHERE id = ({last}) AND hosts = ?", [epoch(now), *key, hosts]
                )
                if longer.rowcount == 0:
                    row = {"service": target.service, "environment": target.environment, "hosts": hosts}
                    db.table("scale_wishes").insert({**row, "first_at": epoch(now), "last_at": epoch(now)})

    def since(self, moment: datetime) -> Mapping[Target, tuple[Wish, ...]]:
        """By target, oldest first, each at the last moment at which it was wanted."""
        found: dict[Target, list[Wish]] = defaultdict(list)
        with self._db.reading() as db:
            for row in db.table("scale_wishes").rows_where("last_at > ?", [epoch(moment)], order_by="id"):
                found[Target(row["service"], row["environment"])].append(Wish(instant(row["last_at"]), row["hosts"]))
        return {target: tuple(wishes) for target, wishes in found.items()}

    def prune(self, before: datetime) -> None:
        """Forgets what was last wanted before this moment."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM scale_wishes WHERE last_at < ?", [epoch(before)])
