from pathlib import Path

import pytest

from bot.aftercare import Aftercare, Aftermath
from bot.state.aftercare import Aftercares
from bot.state.database import Database
from bot.state.schema import apply_all
from tests.building import NOW, seconds

CARE = Aftercare(41, NOW, NOW + seconds(60), NOW + seconds(360))


@pytest.fixture
def cares(tmp_path: Path) -> Aftercares:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    made = Aftercares(db)
    made.begin(CARE)
    return made


def test_a_watch_comes_back_as_it_was_written(cares: Aftercares) -> None:
    assert cares.of(41) == CARE
    assert cares.open() == [CARE]
    assert cares.of(42) is None
    assert CARE.span == seconds(300)


def test_a_second_beginning_changes_nothing(cares: Aftercares) -> None:
    cares.begin(Aftercare(41, NOW, NOW, NOW))
    assert cares.of(41) == CARE


def test_it_ends_once_and_the_second_is_told_so(cares: Aftercares) -> None:
    assert cares.end(41, Aftermath.ROLLED_BACK, "went DOWN", NOW + seconds(90), 42)
    assert not cares.end(41, Aftermath.WELL, "", NOW + seconds(91))
    ended = cares.of(41)
    assert ended is not None
    assert (ended.aftermath, ended.words, ended.rollback) == (Aftermath.ROLLED_BACK, "went DOWN", 42)
    assert ended.ended_at == NOW + seconds(90)
    assert cares.open() == []


def test_a_rollback_knows_what_it_was_begun_for(cares: Aftercares) -> None:
    assert cares.undone_by(42) is None
    cares.end(41, Aftermath.ROLLED_BACK, "", NOW, 42)
    assert cares.undone_by(42) == cares.of(41)
