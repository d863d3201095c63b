import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.state.database import Database
from bot.state.schema import apply_all
from bot.state.silences import Silences
from bot.watch import Silence
from tests.building import NOW, seconds

ANAS = Silence("shop", "production", "U0ANA", "moving", NOW, NOW + timedelta(hours=2))


@pytest.fixture
def silences(tmp_path: Path) -> Iterator[Silences]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield Silences(db)
    db.close()


@pytest.mark.parametrize("silence", [ANAS, replace(ANAS, environment=None)])
def test_a_silence_comes_back_as_it_was_written(silences: Silences, silence: Silence) -> None:
    assert silences.begin(silence) == replace(silence, id=1)
    assert silences.standing() == [replace(silence, id=1)]


@pytest.mark.parametrize("silence", [ANAS, replace(ANAS, environment=None)])
def test_there_is_one_at_a_time_in_one_place(silences: Silences, silence: Silence) -> None:
    silences.begin(silence)
    with pytest.raises(sqlite3.IntegrityError):
        silences.begin(silence)
    silences.begin(replace(silence, environment="staging"))
    assert len(silences.standing()) == 2


@pytest.mark.parametrize("by", ["U0BEN", ""])
def test_an_end_is_written_once(silences: Silences, by: str) -> None:
    silences.begin(ANAS)
    assert silences.end(1, by, NOW + seconds(60)) == replace(ANAS, id=1, ended_by=by, ended_at=NOW + seconds(60))
    assert silences.end(1, "U0LEA", NOW + seconds(90)) is None
    assert silences.standing() == []
    assert silences.begin(ANAS).id == 2
