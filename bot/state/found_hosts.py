"""The table `found_hosts`: where each target was last found to run, so that a restart does not take it for gone."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Host, Target
from bot.state.database import Database, epoch, instant

MIGRATIONS = Migrations("found_hosts")
Found = tuple[Host, ...]


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    """`trouble_since`: since then they could not be looked for."""
    db.execute(
        "CREATE TABLE found_hosts (service TEXT NOT NULL, environment TEXT NOT NULL, hosts TEXT NOT NULL,"
        " found_at REAL, trouble_since REAL, PRIMARY KEY (service, environment)) WITHOUT ROWID"
    )


class FoundHosts:
    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> dict[Target, Found]:
        with self._db.reading() as db:
            rows = db.execute("SELECT service, environment, hosts FROM found_hosts WHERE found_at IS NOT NULL")
            return {Target(row["service"], row["environment"]): _hosts(row["hosts"]) for row in rows}

    def keep(self, found: Mapping[Target, Sequence[Host]], now: datetime) -> None:
        """What was found now."""
        with self._db.transaction() as db:
            for target, hosts in found.items():
                db.execute(
                    "INSERT INTO found_hosts (service, environment, hosts, found_at) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET hosts = excluded.hosts, found_at = excluded.found_at",
                    [target.service, target.environment, json.dumps([asdict(host) for host in hosts]), epoch(now)],
                )

    def troubled(self, target: Target, now: datetime) -> datetime:
        """Since when it could not be looked for."""
        with self._db.transaction() as db:
            row = db.execute(
                "INSERT INTO found_hosts (service, environment, hosts, trouble_since) VALUES (?, ?, '[]', ?)"
                " ON CONFLICT DO UPDATE SET trouble_since = coalesce(trouble_since, excluded.trouble_since)"
                " RETURNING trouble_since",
                [target.service, target.environment, epoch(now)],
            ).fetchall()[0]
            return instant(row["trouble_since"])

    def mended(self, target: Target) -> datetime | None:
        """Since when it could not be looked for until now; None when it could."""
        with self._db.transaction() as db:
            found = db.execute(
                "SELECT trouble_since FROM found_hosts WHERE service = ? AND environment = ?"
                " AND trouble_since IS NOT NULL",
                [target.service, target.environment],
            ).fetchone()
            db.execute(
                "UPDATE found_hosts SET trouble_since = NULL WHERE service = ? AND environment = ?",
                [target.service, target.environment],
            )
            return instant(found["trouble_since"]) if found else None


def _hosts(text: str) -> Found:
    return tuple(Host(**host) for host in json.loads(text))
