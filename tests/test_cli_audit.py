"""`python -m bot audit` as a person uses it: on a file of its own, and on one that a bot is writing."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.audit import WORDS, verdict
from bot.engine.audit import Audit
from bot.engine.clock import SystemClock
from bot.model import Target
from bot.plan.audit import Broken, Sound, Why
from bot.state.database import Database
from bot.state.schema import apply_all
from bot.trail import EMPTY, Head, What
from tests.test_cli import Said, bot


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Three rows, kept open as by a bot that runs."""
    made = Database(tmp_path / "pointsman.db")
    apply_all(made)
    audit = Audit(made, SystemClock())
    for number in range(3):
        audit.note("U0ANA", What.COMMAND, f"/deploy shop@1.4.{number} to production", Target("shop", "production"))
    yield made
    made.close()


def head(said: Said) -> str:
    return next(line.removeprefix("Head ") for line in said.out.splitlines() if line.startswith("Head "))


def tamper(db: Database, statement: str) -> None:
    with sqlite3.connect(db.path) as other:
        other.execute(statement)
    other.close()


def test_a_sound_audit_is_said_with_its_head_while_the_bot_writes(tmp_path: Path, db: Database) -> None:
    with db.transaction():
        said = bot(tmp_path, "audit", "verify")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("3 rows, all as they were written.\nHead 3:")


def test_a_head_kept_from_before_is_found_later(tmp_path: Path, db: Database) -> None:
    early = head(bot(tmp_path, "audit", "verify"))
    Audit(db, SystemClock()).note("U0BEN", What.CLICK, "press 7")
    said = bot(tmp_path, "audit", "verify", "--head", early)
    assert said.code == 0
    assert head(said).startswith("4:")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit SET who = 'U0BEN' WHERE id = 2", "Row 2 is not what was written"),
        ("DELETE FROM audit WHERE id = 2", "Row 3 does not follow the row before it"),
        ("DELETE FROM audit WHERE id = 3", "Rows are missing at the end"),
        ("DELETE FROM audit_head", "Row 1 stands after the end that the head tells"),
    ],
)
def test_what_was_done_to_it_is_said_with_exit_code_1(tmp_path: Path, db: Database, statement: str, said: str) -> None:
    tamper(db, statement)
    found = bot(tmp_path, "audit", "verify")
    assert (found.code, found.err) == (1, "")
    assert found.out.startswith(said)
    assert "compare `audit export` with an older export" in found.out


def test_export_prints_a_line_of_json_for_each_row(tmp_path: Path, db: Database) -> None:
    said = bot(tmp_path, "audit", "export")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert (said.code, said.err) == (0, "")
    assert [line["subject"] for line in lines] == [f"/deploy shop@1.4.{number} to production" for number in range(3)]
    assert list(lines[0]) == [
        "id",
        "at",
        "who",
        "what",
        "subject",
        "target",
        "why",
        "before",
        "after",
        "previous",
        "hash",
    ]
    assert [line["previous"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]


def test_export_prints_also_what_was_tampered_with(tmp_path: Path, db: Database) -> None:
    tamper(db, "UPDATE audit SET why = x'00ff' WHERE id = 2")
    said = bot(tmp_path, "audit", "export")
    assert said.code == 0
    assert len(said.out.splitlines()) == 3


def test_the_database_is_the_one_that_the_settings_name(tmp_path: Path, db: Database) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "my.env").write_text(f"DATABASE_URL=sqlite:///{db.path}\n")
    assert bot(elsewhere, "audit", "verify", "--env-file", "my.env").code == 0
    assert bot(elsewhere, "audit", "verify", DATABASE_URL=f"sqlite:///{db.path}").code == 0
    said = bot(elsewhere, "audit", "verify")
    assert said.code == 1
    assert "pointsman.db does not exist; DATABASE_URL says where" in said.err
    assert [path.name for path in elsewhere.iterdir()] == ["my.env"]


@pytest.mark.parametrize("command", ["verify", "export"])
def test_a_setting_that_names_no_database_is_one_problem(tmp_path: Path, command: str) -> None:
    said = bot(tmp_path, "audit", command, DATABASE_URL="postgres://x")
    assert said.code == 1
    assert said.err.startswith("1 problem in settings and fleet file\n\n  DATABASE_URL: ")


@pytest.mark.parametrize("command", ["verify", "export"])
def test_a_file_that_is_no_database_is_said_in_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "pointsman.db").write_bytes(b"this is no database, " * 100)
    said = bot(tmp_path, "audit", command)
    assert said.code == 1
    assert said.err.startswith("Error: ")
    assert "Traceback" not in said.err


def test_a_head_must_be_one(tmp_path: Path) -> None:
    said = bot(tmp_path, "audit", "verify", "--head", "yesterday's")
    assert said.code == 2
    assert "is COUNT:HASH" in said.err


@pytest.mark.parametrize("why", Why)
def test_every_verdict_has_words(why: Why) -> None:
    assert WORDS[why].format(row=7) in verdict(Broken(7, why))


@pytest.mark.parametrize(("count", "said"), [(0, "0 rows,"), (1, "1 row,"), (12_345, "12,345 rows,")])
def test_rows_are_counted_in_words(count: int, said: str) -> None:
    found = Sound(Head(count, EMPTY.hash))
    assert verdict(found).startswith(said)
    assert f"\nHead {count}:{EMPTY.hash}\n" in verdict(found)
