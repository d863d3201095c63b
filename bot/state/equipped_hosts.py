"""The table `equipped_hosts`: the release that a host got when it was made, before any deploy dealt with it."""

from collections.abc import Collection
from datetime import datetime

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Target
from bot.state.database import Database, epoch

MIGRATIONS = Migrations("equipped_hosts")
ONE = "service = ? AND environment = ?"


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    db.execute(
        "CREATE TABLE equipped_hosts (service TEXT NOT NULL, environment TEXT NOT NULL, host TEXT NOT NULL,"
        " sha TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (service, environment, host)) WITHOUT ROWID"
    )


class EquippedHosts:
    def __init__(self, db: Database) -> None:
        self._db = db

    def note(self, target: Target, hosts: Collection[str], sha: str, there: Collection[str], now: datetime) -> None:
        """They run it now; those that are no longer `there` are forgotten."""
        key = [target.service, target.environment]
        with self._db.transaction() as db:
            db.conn.executemany(
                "INSERT OR REPLACE INTO equipped_hosts (service, environment, host, sha, at) VALUES (?, ?, ?, ?, ?)",
                [[*key, host, sha, epoch(now)] for host in hosts],
            )
            known = [row["host"] for row in db.execute(f"SELECT host FROM equipped_hosts WHERE {ONE}", key).fetchall()]
            gone = [[*key, host] for host in known if host not in there]
            db.conn.executemany(f"DELETE FROM equipped_hosts WHERE {ONE} AND host = ?", gone)

    def of(self, target: Target) -> dict[str, str]:
        """SHAs by host."""
        with self._db.reading() as db:
            rows = db.execute(f"SELECT host, sha FROM equipped_hosts WHERE {ONE}", [target.service, target.environment])
            return {row["host"]: row["sha"] for row in rows}
