from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.beats import Beat
from bot.state.beats import Beats
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.schema import apply_all
from bot.watch import CheckState
from tests.building import NOW

FIRST = Beat(NOW, True)
FAILED = Beat(NOW + timedelta(minutes=1), False, 3, "disk full")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


@pytest.mark.parametrize("beat", [FIRST, FAILED])
def test_a_beat_comes_back_as_it_was_written(db: Database, beat: Beat) -> None:
    Beats(db).put("backup", beat)
    assert Beats(db).all() == {"backup": beat}


def test_the_newest_one_stands_and_all_are_counted(db: Database) -> None:
    beats = Beats(db)
    for beat in (FIRST, FAILED, FIRST):  # the last one was slow on its way
        beats.put("backup", beat)
    beats.put("other", FIRST)
    assert beats.all() == {"backup": replace(FAILED, count=3), "other": FIRST}


def test_the_last_look_is_that_of_any_check(db: Database) -> None:
    checks = Checks(db)
    assert checks.last_look() is None
    checks.save({"a": CheckState(NOW, checked_at=NOW), "b": CheckState(NOW, checked_at=FAILED.at)})
    assert checks.last_look() == FAILED.at
