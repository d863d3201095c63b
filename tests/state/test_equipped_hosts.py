"""Which release hosts got when they were made."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model import Target
from bot.state.database import Database
from bot.state.equipped_hosts import EquippedHosts
from bot.state.schema import apply_all
from tests.building import NOW, TARGET

OLD, NEW = "a" * 40, "b" * 40
OTHER = Target("blog", "production")


@pytest.fixture
def equipped(tmp_path: Path) -> Iterator[EquippedHosts]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield EquippedHosts(db)
    db.close()


def test_each_host_has_what_it_got_last(equipped: EquippedHosts) -> None:
    equipped.note(TARGET, ["i-1", "i-2"], OLD, ["i-1", "i-2"], NOW)
    equipped.note(TARGET, ["i-2"], NEW, ["i-1", "i-2"], NOW)
    assert equipped.of(TARGET) == {"i-1": OLD, "i-2": NEW}


def test_those_that_are_gone_are_forgotten(equipped: EquippedHosts) -> None:
    equipped.note(TARGET, ["i-1", "i-2"], OLD, ["i-1", "i-2"], NOW)
    equipped.note(TARGET, ["i-3"], OLD, ["i-2", "i-3"], NOW)
    assert equipped.of(TARGET) == {"i-2": OLD, "i-3": OLD}


def test_each_service_has_its_own(equipped: EquippedHosts) -> None:
    equipped.note(TARGET, ["i-1"], OLD, ["i-1"], NOW)
    equipped.note(OTHER, ["i-1"], NEW, ["i-1"], NOW)
    assert (equipped.of(TARGET), equipped.of(OTHER)) == ({"i-1": OLD}, {"i-1": NEW})


def test_of_a_service_of_which_nothing_was_noted_nothing_is_known(equipped: EquippedHosts) -> None:
    assert equipped.of(OTHER) == {}
