"""Connections that know the schema by heart: it does not change while the program runs.

sqlite_utils asks the database for its views, its tables and a table's columns whenever a table is named, read or
written: three questions for each of ours.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database as SqliteDatabase
from sqlite_utils.db import Column, Table


@dataclass(slots=True)
class Schema:
    """What was read of one file's tables, for all its connections. Nothing is kept until it is `settled`."""

    settled: bool = False
    columns: dict[str, list[Column]] = field(default_factory=dict)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Forgets everything; settled afterwards."""
        self.settled = False
        self.columns = {}
        yield
        self.settled = True


class SettledDatabase(SqliteDatabase):
    def __init__(self, conn: sqlite3.Connection, known: Schema) -> None:
        super().__init__(conn)
        self.known = known

    def table(self, table_name: str, **kwargs: Any) -> Table:
        """There are no views to be mistaken for one."""
        if not self.known.settled:
            return super().table(table_name, **kwargs)
        return SettledTable(self, table_name, **kwargs)


class SettledTable(Table):
    """One that is there stays there, as it is."""

    db: SettledDatabase

    def exists(self) -> bool:
        return bool(self.columns)

    @property
    def columns(self) -> list[Column]:
        """None for a table that is not there."""
        found = self.db.known.columns.get(self.name)
        if found is None:
            found = [Column(*row) for row in self.db.execute("SELECT * FROM pragma_table_info(?)", [self.name])]
            if found:
                self.db.known.columns[self.name] = found
        return found
