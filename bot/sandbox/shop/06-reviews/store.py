"""The shop's database: a file in the home directory, with its schema."""

import os
import sqlite3
from pathlib import Path

SCHEMA = (Path(__file__).resolve().parent / "schema.sql").read_text()
TABLES = ("items", "reviews")


def connect(path=None):
    return sqlite3.connect(path or Path(os.environ["HOME"]) / "shop.db")


def migrate(database):
    database.executescript(SCHEMA)
    database.commit()


def items(database):
    return database.execute("SELECT name, cents FROM items ORDER BY name").fetchall()


def check(database):
    """Reads every table; raises sqlite3.Error if one is not there."""
    for table in TABLES:
        database.execute(f"SELECT 1 FROM {table} LIMIT 1")


def stars(database, name):
    """The mean of an item's reviews, or None without any."""
    return database.execute("SELECT avg(stars) FROM reviews WHERE item = ?", (name,)).fetchone()[0]
