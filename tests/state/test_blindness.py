"""At most one blindness at a time, begun once and ended once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Health
from bot.state.blindness import Blindnesses
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.schema import apply_all
from bot.watch import CheckState

SINCE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


def test_of_two_that_find_out_one_says_so(db: Database) -> None:
    table = Blindnesses(db)
    assert table.standing() is None
    first = table.begin(SINCE, "20 of 20", "#alerts")
    assert first is not None
    assert table.begin(SINCE, "19 of 20", "#alerts") is None
    assert table.standing() == first
    assert (first.since, first.cause, first.channel, first.ended_at) == (SINCE, "20 of 20", "#alerts", None)


def test_it_ends_once_and_may_begin_anew(db: Database) -> None:
    table = Blindnesses(db)
    assert table.end(SINCE) is None
    table.begin(SINCE, "20 of 20", "#alerts")
    ended = table.end(SINCE + timedelta(minutes=6))
    assert ended is not None
    assert ended.ended_at == SINCE + timedelta(minutes=6)
    assert table.end(SINCE) is None
    again = table.begin(SINCE, "20 of 20", "#alerts")
    assert again is not None
    assert again.id != ended.id


def test_failures_that_made_nothing_down_yet_are_forgiven(db: Database) -> None:
    checks = Checks(db)
    failing = CheckState(SINCE, Health.UP, SINCE, ok=False, streak=2, streak_since=SINCE, checked_at=SINCE)
    down = CheckState(SINCE, Health.DOWN, SINCE, ok=False, streak=9, streak_since=SINCE, checked_at=SINCE)
    well = CheckState(SINCE, Health.UP, SINCE, ok=True, streak=4, streak_since=SINCE, checked_at=SINCE)
    checks.save({"failing": failing, "down": down, "well": well})
    assert checks.forgive() == 1
    after = checks.states(["failing", "down", "well"])
    assert (after["failing"].health, after["failing"].ok, after["failing"].streak) == (Health.UP, None, 0)
    assert after["failing"].streak_since is None
    assert (after["down"], after["well"]) == (down, well)
