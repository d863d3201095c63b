"""The tables `fleets`, each fleet file that loaded, as it was read, `fleet_changes`, what was new in it, and
`fleet_troubles`, when none did.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Target
from bot.state.database import Database, epoch, instant
from bot.watch import FleetPart

MIGRATIONS = Migrations("fleets")
KEPT = 100  # versions


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.table("fleets").create(
        {"id": int, "digest": str, "text": str, "loaded_at": float}, pk="id", not_null={"digest", "text", "loaded_at"}
    )


@MIGRATIONS()
def troubles(db: SqliteDatabase) -> None:
    columns = {"id": int, "began_at": float, "ended_at": float}
    db.table("fleet_troubles").create(columns, pk="id", not_null={"began_at"})
    db.execute("CREATE UNIQUE INDEX one_fleet_trouble_at_a_time ON fleet_troubles ((1)) WHERE ended_at IS NULL")


@MIGRATIONS()
def changes(db: SqliteDatabase) -> None:
    """What of each one is otherwise than in the one before; `keys` is a list."""
    columns = {"id": int, "fleet": int, "service": str, "environment": str, "keys": str, "at": float}
    db.table("fleet_changes").create(columns, pk="id", not_null=set(columns) - {"id"})
    db.table("fleet_changes").create_index(["service", "fleet"])


class Fleets:
    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, text: str, now: datetime, parts: Iterable[FleetPart] = ()) -> bool:
        """False when the newest one kept is the same. `parts` are otherwise than in that one."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        with self._db.transaction() as db:
            newest = list(db.table("fleets").rows_where(order_by="id DESC", limit=1))
            if newest and newest[0]["digest"] == digest:
                return False
            row = {"digest": digest, "text": text, "loaded_at": epoch(now)}
            last = db.table("fleets").insert(row).last_rowid or 0
            for part in parts:
                place = {"service": part.service, "environment": part.environment, "keys": json.dumps(part.keys)}
                db.table("fleet_changes").insert({"fleet": last, **place, "at": epoch(now)})
            for table, number in (("fleets", "id"), ("fleet_changes", "fleet")):
                db.table(table).delete_where(f"{number} <= ?", [last - KEPT])
            return True

    def changed(self, target: Target, until: datetime) -> list[tuple[datetime, FleetPart]]:
        """What was new for the target in the newest file of then that changed anything there; empty for none."""
        places = "service IN (?, '') AND environment IN (?, '')"
        with self._db.reading() as db:
            here = [target.service, target.environment]
            rows = db.execute(
                f"SELECT * FROM fleet_changes WHERE {places} AND fleet ="
                f" (SELECT max(fleet) FROM fleet_changes WHERE {places} AND at <= ?) ORDER BY id",
                [*here, *here, epoch(until)],
            )
            return [
                (instant(row["at"]), FleetPart(row["service"], row["environment"], tuple(json.loads(row["keys"]))))
                for row in rows
            ]

    def trouble(self) -> tuple[int, datetime] | None:
        """The number of the time that has not ended in which the file does not load, and since when."""
        with self._db.reading() as db:
            for row in db.table("fleet_troubles").rows_where("ended_at IS NULL"):
                return row["id"], instant(row["began_at"])
        return None

    def troubled(self, now: datetime) -> int:
        """The number of the time in which the file does not load: the one that has not ended, or one that begins."""
        with self._db.transaction() as db:
            known = self.trouble()
            row = {"began_at": epoch(now), "ended_at": None}
            return known[0] if known else db.table("fleet_troubles").insert(row).last_rowid or 0

    def mended(self, now: datetime) -> None:
        """The file loads."""
        with self._db.transaction() as db:
            db.execute("UPDATE fleet_troubles SET ended_at = ? WHERE ended_at IS NULL", [epoch(now)])

    def newest(self) -> str | None:
        with self._db.reading() as db:
            for row in db.table("fleets").rows_where(order_by="id DESC", limit=1):
                return str(row["text"])
        return None
