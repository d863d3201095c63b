"""The history of checks, from the sweep to the archive."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.history import Archive
from bot.rolls import Roll, Span
from bot.state.rolls import Rolls
from tests.engine.watching import EVERY, GOOD, HTTP, START, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "state.db")
    yield made
    made.close()


def minutes(world: World) -> list[Roll]:
    return Rolls(world.db).of(HTTP, Span.MINUTE, 0)


def test_a_minute_is_written_once_it_is_over(world: World) -> None:
    world.run(50)
    assert minutes(world) == []
    world.run(70)
    first = minutes(world)[0]
    assert first.number == Span.MINUTE.number(START)
    assert first.count == 60 // EVERY
    assert first.failures == 0
    assert sum(first.latency.values()) == first.count


def test_failures_are_counted_and_have_no_latency(world: World) -> None:
    world.fail()
    world.run(130)
    assert all(roll.failures == roll.count for roll in minutes(world))
    assert all(not roll.latency for roll in minutes(world))


def test_a_kill_loses_the_minute_that_was_not_over_and_nothing_else(world: World, tmp_path: Path) -> None:
    world.run(150)
    kept = minutes(world)
    world.restart()
    world.run(60)
    assert minutes(world)[: len(kept)] == kept
    assert len(minutes(world)) > len(kept)


def test_a_result_that_could_not_be_recorded_is_counted_when_it_is(world: World) -> None:
    world.run(70)
    before = sum(roll.count for roll in minutes(world))
    locker = sqlite3.connect(world.path, isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    world.run(30)
    locker.execute("ROLLBACK")
    locker.close()
    world.run(120)
    asked = len([tag for tag, _ in world.targets.asked if tag == HTTP])
    assert before < sum(roll.count for roll in minutes(world)) <= asked


def test_hours_and_days_follow_and_what_is_old_goes(world: World) -> None:
    rolls = Rolls(world.db)
    day = Span.DAY.number(START)
    first = day * 24 * 60
    rolls.add(
        Span.MINUTE, {HTTP: [Roll(first + number, 2, number % 2, {60: 2 - number % 2}) for number in range(1440)]}
    )
    archive = Archive(world.db, world.clock)
    world.clock.moment = START.replace(hour=0) + timedelta(days=1, minutes=3)
    for _ in range(2):  # the second time there is nothing to do
        archive.roll_up()
    assert rolls.of(HTTP, Span.HOUR, 0)[0] == Roll(day * 24, 120, 30, {60: 90})
    assert len(rolls.of(HTTP, Span.HOUR, 0)) == 24
    assert rolls.of(HTTP, Span.DAY, 0) == [Roll(day, 2880, 720, {60: 2160})]
    world.clock.moment += timedelta(days=70)
    archive.roll_up()
    assert rolls.of(HTTP, Span.MINUTE, 0) == rolls.of(HTTP, Span.HOUR, 0) == []
    assert len(rolls.of(HTTP, Span.DAY, 0)) == 1


def test_an_archive_that_was_away_for_hours_makes_up_for_them(world: World) -> None:
    rolls, archive = Rolls(world.db), Archive(world.db, world.clock)
    archive.roll_up()
    hour = Span.HOUR.number(START)
    rolls.add(Span.MINUTE, {HTTP: [Roll((hour + late) * 60, 1, 0, {60: 1}) for late in range(4)]})
    world.clock.moment = START + timedelta(hours=4, minutes=5)
    archive.roll_up()
    assert [roll.number - hour for roll in rolls.of(HTTP, Span.HOUR, 0)] == [0, 1, 2, 3]


def test_the_answer_that_everybody_gets_is_in_the_histogram(world: World) -> None:
    world.run(120)
    (latency,) = minutes(world)[0].latency
    assert 0.9 * GOOD.latency < 0.0001 * 1.1**latency < 1.1 * GOOD.latency
