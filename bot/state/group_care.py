"""The table `group_care`: what deploys hold still in Auto Scaling groups, written down before it is done, so that it is
undone whatever happens to the bot.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.migrations import Migrations

from bot.cloud import Account, ScalingGroup
from bot.state.database import Database, epoch

MIGRATIONS = Migrations("group_care")


class Held(StrEnum):
    PROCESS = "process"  # suspended
    INSTANCE = "instance"  # in standby


@dataclass(frozen=True, slots=True)
class Hold:
    """One thing of a group that a deploy holds still; `name` of the process or the instance."""

    group: ScalingGroup
    held: Held
    name: str
    deploy_id: int


@MIGRATIONS()
def create(db: SqliteDatabase) -> None:
    """`account` is JSON: where the group is."""
    db.execute(
        "CREATE TABLE group_care (account TEXT NOT NULL, name TEXT NOT NULL, held TEXT NOT NULL, what TEXT NOT NULL,"
        " deploy_id INTEGER NOT NULL, since REAL NOT NULL, PRIMARY KEY (account, name, held, what)) WITHOUT ROWID"
    )


class GroupHolds:
    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[Hold]:
        with self._db.reading() as db:
            rows = db.execute("SELECT * FROM group_care ORDER BY deploy_id, name, held, what").fetchall()
        return [
            Hold(ScalingGroup(row["name"], _account(row["account"])), Held(row["held"]), row["what"], row["deploy_id"])
            for row in rows
        ]

    def take(self, deploy_id: int, group: ScalingGroup, held: Held, names: Sequence[str], now: datetime) -> None:
        """What an earlier deploy holds still passes over to this one."""
        with self._db.transaction() as db:
            for name in names:
                db.execute(
                    "INSERT INTO group_care (account, name, held, what, deploy_id, since) VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET deploy_id = excluded.deploy_id",
                    [_text(group.account), group.name, held, name, deploy_id, epoch(now)],
                )

    def give_back(self, group: ScalingGroup, held: Held, names: Sequence[str]) -> None:
        with self._db.transaction() as db:
            for name in names:
                db.execute(
                    "DELETE FROM group_care WHERE account = ? AND name = ? AND held = ? AND what = ?",
                    [_text(group.account), group.name, held, name],
                )


def _text(account: Account) -> str:
    return json.dumps(asdict(account), sort_keys=True)


def _account(text: str) -> Account:
    return Account(**json.loads(text))
