from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.letters import Letter
from bot.state.database import Database
from bot.state.dispatches import Dispatches
from bot.state.schema import apply_all

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOON, LATER = NOW + timedelta(seconds=10), NOW + timedelta(minutes=2)
DOWN, UP = Letter("DOWN", "it is down"), Letter("UP", "it is up")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


@pytest.fixture
def dispatches(db: Database) -> Dispatches:
    return Dispatches(db)


def test_one_row_for_each_way_and_never_a_second(dispatches: Dispatches) -> None:
    assert dispatches.put("incident:1", ["mailto", "ntfy"], DOWN, NOW, NOW) == 2
    assert dispatches.put("incident:1", ["mailto", "ntfy", "json"], UP, NOW, NOW) == 1
    found = [(row.way, row.letter.title) for row in dispatches.due(NOW)]
    assert found == [("mailto", "DOWN"), ("ntfy", "DOWN"), ("json", "UP")]


def test_it_waits_for_its_time(dispatches: Dispatches) -> None:
    dispatches.put("incident:1", ["mailto"], DOWN, NOW, SOON)
    assert dispatches.due(NOW) == []
    assert len(dispatches.due(SOON)) == 1


def test_words_change_until_an_attempt_was_begun(dispatches: Dispatches) -> None:
    dispatches.put("incident:1", ["mailto", "ntfy"], DOWN, NOW, NOW)
    claimed = dispatches.claim(dispatches.due(NOW)[0], LATER)
    assert claimed is not None
    assert dispatches.reword("incident:1", UP) == 1
    assert dispatches.tried("incident:1") == ["mailto"]
    assert [(row.way, row.letter) for row in dispatches.due(LATER)] == [("mailto", DOWN), ("ntfy", UP)]


def test_a_claim_gives_the_newest_words_and_only_one_wins(dispatches: Dispatches) -> None:
    dispatches.put("incident:1", ["mailto"], DOWN, NOW, NOW)
    (row,) = dispatches.due(NOW)
    dispatches.reword("incident:1", UP)
    claimed = dispatches.claim(row, LATER)
    assert claimed is not None
    assert (claimed.letter, claimed.attempts) == (UP, 1)
    assert dispatches.claim(row, LATER) is None
    assert dispatches.due(SOON) == []


def test_an_attempt_without_an_outcome_is_due_again_when_its_lease_is_over(dispatches: Dispatches) -> None:
    dispatches.put("incident:1", ["mailto"], DOWN, NOW, NOW)
    dispatches.claim(dispatches.due(NOW)[0], LATER)
    (row,) = dispatches.due(LATER)
    assert row.attempts == 1


def test_the_end_never_overtakes_the_beginning(dispatches: Dispatches) -> None:
    dispatches.put("incident:1", ["mailto"], DOWN, NOW, LATER)
    dispatches.put("incident:1:up", ["mailto", "ntfy"], UP, NOW, NOW, follows="incident:1")
    assert [row.way for row in dispatches.due(NOW)] == ["ntfy"]
    (first, _) = dispatches.due(LATER)
    dispatches.sent(first, LATER)
    assert [(row.key, row.way) for row in dispatches.due(LATER)] == [
        ("incident:1:up", "mailto"),
        ("incident:1:up", "ntfy"),
    ]


@pytest.mark.parametrize("end", ["sent", "given up"])
def test_what_is_over_is_due_no_more_and_is_forgotten_in_time(dispatches: Dispatches, end: str) -> None:
    dispatches.put("incident:1", ["mailto", "ntfy"], DOWN, NOW, NOW)
    row = dispatches.due(NOW)[0]
    if end == "sent":
        dispatches.sent(row, NOW)
    else:
        dispatches.give_up(row, NOW, "no such way")
    assert [row.way for row in dispatches.due(LATER)] == ["ntfy"]
    assert dispatches.prune(NOW) == 0
    assert dispatches.prune(LATER) == 1
    assert [row.way for row in dispatches.due(LATER)] == ["ntfy"]


def test_what_failed_waits_for_its_pause(dispatches: Dispatches) -> None:
    dispatches.put("incident:1", ["mailto"], DOWN, NOW, NOW, away=True)
    (row,) = dispatches.due(NOW)
    dispatches.failed(row, LATER, "connection refused")
    assert dispatches.due(SOON) == []
    assert dispatches.due(LATER)[0].away
