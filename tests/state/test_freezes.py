import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.holds import Freeze
from bot.state.database import Database
from bot.state.freezes import Freezes
from bot.state.schema import apply_all
from tests.building import NOW, seconds

LEAS = Freeze("production", "U0LEA", "stocktaking", NOW, NOW + timedelta(hours=2))


@pytest.fixture
def freezes(tmp_path: Path) -> Iterator[Freezes]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield Freezes(db)
    db.close()


@pytest.mark.parametrize("freeze", [LEAS, replace(LEAS, until=None)])
def test_a_freeze_comes_back_as_it_was_written(freezes: Freezes, freeze: Freeze) -> None:
    begun = freezes.begin(freeze)
    assert begun == replace(freeze, id=1)
    assert freezes.get(1) == begun
    assert freezes.of("production") == begun
    assert freezes.of("staging") is None


def test_of_four_who_freeze_at_once_one_does(freezes: Freezes) -> None:
    barrier = threading.Barrier(4)
    won: list[Freeze | None] = []

    def race(user: str) -> None:
        barrier.wait()
        won.append(freezes.begin(replace(LEAS, by=user)))

    racers = [threading.Thread(target=race, args=(f"U{number}",)) for number in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(won) == 4
    assert [freeze for freeze in won if freeze] == [freezes.of("production")]


@pytest.mark.parametrize("by", ["U0LEA", ""])
def test_an_end_is_written_once(freezes: Freezes, by: str) -> None:
    freezes.begin(LEAS)
    ended = freezes.end(1, by, NOW + seconds(60))
    assert ended == replace(LEAS, id=1, ended_by=by, ended_at=NOW + seconds(60))
    assert freezes.end(1, "U0BEN", NOW + seconds(90)) is None
    assert freezes.of("production") is None
    assert freezes.begin(LEAS) is not None


@pytest.mark.parametrize(("later", "over"), [(7199, False), (7200, True)])
def test_a_freeze_whose_time_is_over_is_found(freezes: Freezes, later: float, over: bool) -> None:
    begun = freezes.begin(LEAS)
    freezes.begin(replace(LEAS, environment="staging", until=None))
    assert freezes.lapsed(NOW + seconds(later)) == ([begun] if over else [])
