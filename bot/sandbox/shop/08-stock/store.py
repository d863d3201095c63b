"""The shop's database: a file in the home directory, with its schema."""

import os
import sqlite3
from pathlib import Path

import stock

SCHEMA = (Path(__file__).resolve().parent / "schema.sql").read_text()
TABLES = ("items",)


def connect(path=None):
    return sqlite3.connect(path or Path(os.environ["HOME"]) / "shop.db")


def migrate(database):
    database.executescript(SCHEMA)
    database.commit()


def items(database):
    return database.execute("SELECT name, cents FROM items ORDER BY name").fetchall()


def check(database):
    """Reads every table and asks the warehouse; raises sqlite3.Error if a table is not there."""
    for table in TABLES:
        database.execute(f"SELECT 1 FROM {table} LIMIT 1")
    stock.count(items(database))
