"""Which checks could not be asked last, across a restart."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.blind_spots import Unasked
from bot.hurdles import LOGIN, Hurdle, HurdleKind
from bot.state.database import Database
from bot.state.schema import apply_all
from bot.state.unasked import WORDS, UnaskedChecks
from tests.building import NOW

AT = NOW + timedelta(minutes=1)
CPU = Unasked("shop/production/cpu", Hurdle(HurdleKind.PROMETHEUS, "prom:9090"), "away", NOW, AT)
DISK = Unasked("shop/production/disk/web1", LOGIN, "not let in", NOW, NOW)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


@pytest.fixture
def rows(db: Database) -> UnaskedChecks:
    rows = UnaskedChecks(db)
    rows.save([CPU, DISK])
    return rows


def test_they_are_kept_as_they_were_written(rows: UnaskedChecks, db: Database) -> None:
    assert UnaskedChecks(db).all() == {CPU.check_id: CPU, DISK.check_id: DISK}


def test_a_check_has_one_row(rows: UnaskedChecks) -> None:
    newer = Unasked(CPU.check_id, LOGIN, "x" * 2 * WORDS, NOW, AT + timedelta(minutes=1))
    rows.save([newer])
    found = rows.all()[CPU.check_id]
    assert (found.hurdle, found.at, found.words) == (LOGIN, newer.at, "x" * WORDS)
    assert len(rows.all()) == 2


def test_those_that_were_asked_and_those_that_are_no_more_are_forgotten(rows: UnaskedChecks) -> None:
    rows.forget([DISK.check_id, "nobody"])
    assert list(rows.all()) == [CPU.check_id]
    rows.forget_all_but([DISK.check_id])
    assert rows.all() == {}


def test_to_begin_anew_is_to_have_been_asked_just_now_for_the_first_time(rows: UnaskedChecks) -> None:
    rows.begin_anew(AT)
    assert {(one.since, one.at) for one in rows.all().values()} == {(AT, AT)}
