"""The bot's own trouble is not the fleet's: no DOWN is invented, nothing that was seen is lost."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.model import Changed, Health, Target
from tests.engine.watching import EVERY, SHOP, World, fleet_with


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db")
    world.settle()
    yield world
    world.close()


@pytest.fixture
def locker(world: World) -> Iterator[sqlite3.Connection]:
    """Another process at the same file."""
    other = sqlite3.connect(world.path, isolation_level=None)
    yield other
    other.close()


def test_a_locked_database_invents_no_down_and_is_said_once(world: World, locker: sqlite3.Connection) -> None:
    with capture_logs() as logs:
        locker.execute("BEGIN IMMEDIATE")
        world.run(3 * EVERY)
        locker.execute("COMMIT")
        world.run(EVERY)
    assert world.messages() == {}
    assert world.monitor.overview(SHOP).health is Health.UP
    assert [line["log_level"] for line in logs] == ["error", "info"]
    assert "locked by another process" in logs[0]["error"]


def test_what_was_seen_while_it_was_locked_is_recorded_afterwards(world: World, locker: sqlite3.Connection) -> None:
    locker.execute("BEGIN IMMEDIATE")
    world.fail()
    begun = world.clock.now()
    world.rounds(4)
    locker.execute("COMMIT")
    assert world.messages() == {}
    world.run(1)
    assert world.states() == ["DOWN"]
    assert world.monitor.open_incidents()[0].incident.started_at - begun <= timedelta(seconds=EVERY + 1)


def test_an_outage_within_a_lock_is_one_combined_message(world: World, locker: sqlite3.Connection) -> None:
    locker.execute("BEGIN IMMEDIATE")
    world.fail()
    world.rounds(4)
    world.mend()
    world.rounds(4)
    locker.execute("COMMIT")
    world.run(1)
    assert world.states() == ["UP"]


def test_a_full_disk_loses_no_down(tmp_path: Path) -> None:
    names = [f"check{i}" for i in range(30)]
    world = World(tmp_path / "full.db", fleet_with(*({"name": name} for name in names)))
    world.settle()
    world.db.here.execute("PRAGMA max_page_count = 1")  # it cannot grow: no less than it has is meant
    world.fail()
    with capture_logs() as logs:
        world.rounds(4)
    told = world.states()
    world.db.here.execute("PRAGMA max_page_count = 100000")
    world.rounds(1)
    assert len(told) < 30
    assert world.states() == ["DOWN"] * 30
    assert "no room on the disk" in logs[0]["error"]
    assert [line["log_level"] for line in logs] == ["error"]
    world.close()


@pytest.mark.parametrize("jump", [timedelta(hours=5), timedelta(minutes=2), timedelta(hours=-5)])
@pytest.mark.parametrize("failures", [0, 1, 2])
def test_a_clock_that_jumps_makes_nothing_down(world: World, jump: timedelta, failures: int) -> None:
    world.fail()
    world.rounds(failures)
    world.clock.sleep(jump)
    world.mend()
    world.rounds(5)
    assert world.messages() == {}
    assert world.monitor.overview(SHOP).health is Health.UP


def test_failures_before_and_after_a_sleep_are_not_in_a_row(world: World) -> None:
    world.fail()  # the network goes, then the laptop sleeps
    world.rounds(2)
    world.clock.sleep(timedelta(hours=8))
    world.rounds(1)  # and it is not back yet when it wakes
    world.mend()
    world.rounds(5)
    assert world.messages() == {}


def test_an_outage_outlives_a_sleep(world: World) -> None:
    world.fail()
    world.rounds(5)
    world.deliver()
    world.clock.sleep(timedelta(hours=8))
    world.rounds(5)
    assert world.states() == ["DOWN"]
    world.mend()
    world.rounds(5)
    assert world.states() == ["UP", "UP"]
    assert "was down 8 h 1 min" in world.first_lines()["incident:1"]


def test_one_sweep_that_breaks_costs_only_its_own_results(world: World) -> None:
    broken = [True]

    def change(_target: Target, _first: datetime) -> Changed | None:
        if broken:
            raise ZeroDivisionError
        return None

    world.watch(change)
    world.fail()
    with pytest.raises(ZeroDivisionError):
        world.rounds(5)
    broken.clear()
    world.rounds(2)
    assert world.states() == ["DOWN"]
