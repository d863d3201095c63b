"""How checks stand is remembered as it was written, and never otherwise."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.engine.recollection import Recollection
from bot.model import Health
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.schema import apply_all
from bot.watch import CheckState

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
UP = CheckState(NOON, Health.UP, NOON, True, 1, NOON, NOON)
DOWN = replace(UP, health=Health.DOWN, ok=False)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


@pytest.fixture
def table(db: Database) -> Checks:
    return Checks(db)


@pytest.fixture
def recollection(table: Checks) -> Recollection:
    return Recollection(table)


def test_what_was_never_asked_is_not_there(recollection: Recollection) -> None:
    assert recollection.states({"a"}) == {}


def test_what_is_in_the_table_is_found(table: Checks, recollection: Recollection) -> None:
    table.save({"a": UP, "b": DOWN})
    assert recollection.states({"a", "c"}) == {"a": UP}


def test_what_was_saved_and_kept_is_not_read_again(table: Checks, recollection: Recollection) -> None:
    recollection.save({"a": UP})
    recollection.keep()
    table.forget_all_but([])
    assert recollection.states({"a", "b"}) == {"a": UP}


def test_what_was_rolled_back_never_was(db: Database, recollection: Recollection) -> None:
    recollection.save({"a": UP})
    recollection.keep()
    with suppress(ZeroDivisionError), db.transaction():
        recollection.save({"a": DOWN, "b": DOWN})
        raise ZeroDivisionError
    assert recollection.states({"a", "b"}) == {"a": UP}
    recollection.keep()
    assert recollection.states({"a", "b"}) == {"a": UP}


def test_what_others_wrote_is_read_once_it_is_forgotten(table: Checks, recollection: Recollection) -> None:
    recollection.save({"a": replace(UP, ok=False, streak=2)})
    recollection.keep()
    assert table.forgive() == 1
    recollection.forget()
    assert recollection.states({"a"})["a"].streak == 0
