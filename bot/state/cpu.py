"""The tables `cpu_hosts` and `cpu_minutes`: how busy each host was by the minute, and each service put together.

Of hosts some hours are kept, which rules and checks look back on; of services a day.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from statistics import fmean, median
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.model import Target
from bot.scaling import BusyMinute, HostMinute
from bot.state.database import Database, epoch, instant

MIGRATIONS = Migrations("cpu_hosts")
HOST = "INSERT OR REPLACE INTO cpu_hosts (service, environment, minute, host, cpu, load, up_since)"
MINUTE = "INSERT OR REPLACE INTO cpu_minutes (service, environment, minute, told, missing, mean, median, most)"
WHERE = "service = ? AND environment = ?"


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    """`minute` counts from 1970."""
    db.execute(
        "CREATE TABLE cpu_hosts (service TEXT NOT NULL, environment TEXT NOT NULL, minute INTEGER NOT NULL,"
        " host TEXT NOT NULL, cpu REAL, load REAL, up_since REAL,"
        " PRIMARY KEY (service, environment, minute, host)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE cpu_minutes (service TEXT NOT NULL, environment TEXT NOT NULL, minute INTEGER NOT NULL,"
        " told INTEGER NOT NULL, missing INTEGER NOT NULL, mean REAL, median REAL, most REAL,"
        " PRIMARY KEY (service, environment, minute)) WITHOUT ROWID"
    )


class CpuRows:
    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, found: Mapping[Target, Sequence[HostMinute]]) -> None:
        """A point that came late, or was told anew, takes its place; services are put together anew where it did."""
        rows = [_host_row(target, one) for target, many in found.items() for one in many]
        touched = sorted({(target, _number(one.minute)) for target, many in found.items() for one in many})
        with self._db.transaction() as db:
            db.conn.executemany(f"{HOST} VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            together = [_together(db, target, minute) for target, minute in touched]
            db.conn.executemany(f"{MINUTE} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", together)

    def hosts(self, target: Target, since: datetime) -> list[HostMinute]:
        """Of the minutes that began then or later, in their order."""
        with self._db.reading() as db:
            rows = db.execute(
                f"SELECT * FROM cpu_hosts WHERE {WHERE} AND minute >= ? ORDER BY minute, host",
                [target.service, target.environment, _number(since)],
            )
            return [_host_minute(row) for row in rows]

    def minutes(self, targets: Iterable[Target], since: datetime) -> dict[Target, list[BusyMinute]]:
        """Of each target that has any, from the minute of that moment on, in their order."""
        wanted = json.dumps([[target.service, target.environment] for target in targets])
        found: dict[Target, list[BusyMinute]] = {}
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT c.* FROM json_each(?) t CROSS JOIN cpu_minutes c ON c.service = json_extract(t.value, '$[0]')"
                " AND c.environment = json_extract(t.value, '$[1]') AND c.minute >= ? ORDER BY c.minute",
                [wanted, _number(since)],
            )
            for row in rows:
                found.setdefault(Target(row["service"], row["environment"]), []).append(_busy_minute(row))
        return found

    def forget(self, hosts_before: datetime, services_before: datetime) -> int:
        """What is older; how many rows."""
        with self._db.transaction() as db:
            number: int = db.execute("DELETE FROM cpu_hosts WHERE minute < ?", [_number(hosts_before)]).rowcount
            return number + int(
                db.execute("DELETE FROM cpu_minutes WHERE minute < ?", [_number(services_before)]).rowcount
            )


def _together(db: SqliteDatabase, target: Target, minute: int) -> tuple[Any, ...]:
    where = f"{WHERE} AND minute = ?"
    rows = db.execute(f"SELECT cpu FROM cpu_hosts WHERE {where}", [target.service, target.environment, minute])
    numbers = [row["cpu"] for row in rows]
    told = [number for number in numbers if number is not None]
    combined = (fmean(told), median(told), max(told)) if told else (None, None, None)
    return target.service, target.environment, minute, len(told), len(numbers) - len(told), *combined


def _number(moment: datetime) -> int:
    return int(epoch(moment) // 60)


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(60 * minute, UTC)


def _host_row(target: Target, one: HostMinute) -> tuple[Any, ...]:
    begun = epoch(one.up_since) if one.up_since else None
    return target.service, target.environment, _number(one.minute), one.host, one.cpu, one.load, begun


def _host_minute(row: Any) -> HostMinute:
    begun = instant(row["up_since"]) if row["up_since"] is not None else None
    return HostMinute(row["host"], _moment(row["minute"]), row["cpu"], row["load"], begun)


def _busy_minute(row: Any) -> BusyMinute:
    return BusyMinute(_moment(row["minute"]), row["told"], row["missing"], row["mean"], row["median"], row["most"])
