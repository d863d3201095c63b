"""One blind spot of a hurdle at a time, begun once and ended once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.blind_spots import Left, Lost
from bot.hurdles import LOGIN, Hurdle, HurdleKind
from bot.state.blind_spots import BlindSpots
from bot.state.database import Database
from bot.state.schema import apply_all
from tests.building import NOW

PROMETHEUS, OTHER = Hurdle(HurdleKind.PROMETHEUS), Hurdle(HurdleKind.PROMETHEUS, "prom:9090")
LATER = NOW + timedelta(minutes=9)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


def test_only_one_of_a_hurdle_stands(db: Database) -> None:
    spots = BlindSpots(db)
    first = spots.begin(PROMETHEUS, NOW, "#alerts")
    assert first is not None
    assert (first.since, first.channel, first.lost, first.emptied_at) == (NOW, "#alerts", (), None)
    assert spots.begin(PROMETHEUS, LATER, "#alerts") is None
    for hurdle in (OTHER, LOGIN):
        assert spots.begin(hurdle, NOW, "#alerts") is not None
    assert [one.hurdle for one in spots.standing()] == [PROMETHEUS, OTHER, LOGIN]


def test_what_is_in_it_is_kept_as_it_was_written(db: Database) -> None:
    spots = BlindSpots(db)
    begun = spots.begin(PROMETHEUS, NOW, "#alerts")
    assert begun is not None
    lost = (Lost("shop/production/cpu", "away"), Lost("shop/production/disk", "«away»", Left.MOVED))
    written = replace(begun, lost=lost, emptied_at=LATER)
    spots.save(written)
    assert BlindSpots(db).standing() == [written]


def test_it_ends_once_and_the_next_one_is_another(db: Database) -> None:
    spots = BlindSpots(db)
    first = spots.begin(PROMETHEUS, NOW, "#alerts")
    assert first is not None
    assert spots.end(first, LATER)
    assert not spots.end(first, LATER)
    assert spots.standing() == []
    second = spots.begin(PROMETHEUS, LATER, "#alerts")
    assert second is not None
    assert second.id != first.id
