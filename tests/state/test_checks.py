from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Health
from bot.phases import Phases
from bot.state.checks import CAUSE_LIMIT, Checks
from bot.state.database import Database
from bot.state.schema import apply_all
from bot.watch import CheckState

NOW = datetime(2026, 11, 20, 14, 2, 11, 500_000, tzinfo=UTC)
FULL = CheckState(
    first_seen_at=NOW - timedelta(days=3),
    health=Health.DOWN,
    since=NOW - timedelta(minutes=2),
    ok=False,
    streak=5,
    streak_since=NOW - timedelta(minutes=2),
    checked_at=NOW,
    latency=0.041,
    status=503,
    cause="answered 503 in 41 ms: no such table",
    past=(1 << 21) | 0b1011,
    flapping_since=NOW - timedelta(minutes=1),
    phases=Phases(0.000031, 0.000153, 0.0, 0.041, 0.0411),
)


@pytest.fixture
def checks(tmp_path: Path) -> Iterator[Checks]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield Checks(db)
    db.close()


@pytest.mark.parametrize("state", [FULL, CheckState(NOW), CheckState(NOW, Health.UP, NOW, True, 1, NOW, NOW, 0.1, 200)])
def test_a_state_comes_back_as_it_was(checks: Checks, state: CheckState) -> None:
    checks.save({"shop/production/http": state})
    assert checks.states(["shop/production/http"]) == {"shop/production/http": state}


def test_only_the_checks_asked_for_are_read(checks: Checks) -> None:
    checks.save({f"check{i}": CheckState(NOW) for i in range(2000)})
    assert set(checks.states(["check3", "check4", "unknown"])) == {"check3", "check4"}
    assert len(checks.states(f"check{i}" for i in range(2000))) == 2000
    assert checks.states([]) == {}


def test_a_state_is_replaced(checks: Checks) -> None:
    checks.save({"a": CheckState(NOW), "b": CheckState(NOW)})
    checks.save({"a": FULL})
    assert checks.states(["a", "b"]) == {"a": FULL, "b": CheckState(NOW)}


def test_checks_that_left_the_file_are_forgotten(checks: Checks) -> None:
    checks.save({"a": FULL, "b": FULL, "c": FULL})
    assert checks.forget_all_but({"b", "new"}) == 2
    assert set(checks.states(["a", "b", "c"])) == {"b"}
    assert checks.forget_all_but([]) == 1


def test_ids_are_data_and_causes_are_bounded(checks: Checks) -> None:
    odd = "it's/a \"check\"/') OR 1=1 --"
    checks.save({odd: CheckState(NOW, cause="x" * 100_000)})
    assert len(checks.states([odd])[odd].cause) == CAUSE_LIMIT
    assert checks.forget_all_but([odd]) == 0


def test_those_that_flap_are_found(checks: Checks) -> None:
    checks.save({"a": FULL, "b": CheckState(NOW), "c": FULL})
    assert checks.flapping() == {"a": FULL, "c": FULL}
