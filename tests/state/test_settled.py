"""Connections that know the schema by heart ask the database nothing but what is meant."""

from pathlib import Path

import pytest

from bot.state.database import Database
from bot.state.schema import apply_all


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = Database(tmp_path / "bot.db")
    apply_all(db)
    return db


def statements(db: Database) -> list[str]:
    """Filled with what this thread's connection runs from now on."""
    seen: list[str] = []
    db.here.conn.set_trace_callback(seen.append)
    return seen


def test_a_table_is_read_and_written_without_questions_about_it(db: Database) -> None:
    key = {"deploy": 1, "position": 0}
    with db.transaction() as here:
        here.table("deploy_stages").insert({**key, "name": "x", "state": "pending", "detail": ""})
        assert here.table("deploy_stages").get((1, 0))["name"] == "x"
    seen = statements(db)
    assert [row["name"] for row in db.here.table("deploy_stages").rows_where("deploy = 1")] == ["x"]
    with db.transaction() as here:
        here.table("deploy_stages").update((1, 0), {"name": "y"})
    assert [line.split()[0].upper() for line in seen] == [
        "SELECT",
        "BEGIN",
        "SELECT",
        "SAVEPOINT",
        "UPDATE",
        "RELEASE",
        "COMMIT",
    ]


def test_a_table_that_comes_later_is_found_and_one_that_is_not_there_is_empty(db: Database) -> None:
    assert list(db.here.table("later").rows_where()) == []
    assert db.here.table("later").columns == []
    db.here.execute("CREATE TABLE later (id INTEGER PRIMARY KEY, word TEXT)")
    db.here.table("later").insert({"word": "x"})
    assert [(row["id"], row["word"]) for row in db.here.table("later").rows_where()] == [(1, "x")]
    assert db.here.table("later").pks == ["id"]


def test_a_change_of_the_schema_is_seen_by_connections_that_had_read_it(db: Database) -> None:
    before = db.here.table("deploy_stages").columns
    with db.schema.changing(), db.transaction() as here:
        here.table("deploy_stages").add_column("more", str)
        assert "more" in here.table("deploy_stages").columns_dict
    assert [column.name for column in db.here.table("deploy_stages").columns[: len(before)]] == [
        column.name for column in before
    ]
    assert "more" in db.here.table("deploy_stages").columns_dict


def test_nothing_is_kept_of_a_change_that_failed(db: Database) -> None:
    def change() -> None:
        with db.schema.changing(), db.transaction() as here:
            here.table("deploy_stages").add_column("more", str)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert not db.schema.settled
    assert "more" not in db.here.table("deploy_stages").columns_dict
