"""What the status page knows, from the tables of a monitor whose targets and clock are in the test's hands."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.history import Archive
from bot.engine.showcase import KEPT, Showcase
from bot.model import Health
from bot.rolls import Roll, Span
from bot.showing import Row, lasted
from bot.state.rolls import Rolls
from tests.engine.watching import HTTP, SHOP, World, fleet_with

WHOLE = {Span.DAY: 1, Span.HOUR: 24, Span.MINUTE: 1440}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db")
    yield world
    world.close()


@pytest.fixture
def showcase(world: World) -> Showcase:
    return Showcase(world.db, lambda: world.fleet, world.clock)


def row(showcase: Showcase) -> Row:
    return next(row for row in showcase.show().rows if row.target == SHOP)


def forward(world: World, span: timedelta = KEPT) -> None:
    world.clock.sleep(span)


def test_before_anything_was_asked_nothing_is_known(world: World, showcase: Showcase) -> None:
    found = row(showcase)
    assert (found.health, found.checks, found.down, found.share) == (Health.UNKNOWN, 1, 0, None)
    assert {row.target for row in showcase.show().rows} == set(world.fleet.targets())


def test_an_outage_is_seen_within_seconds_and_stays_as_an_incident(world: World, showcase: Showcase) -> None:
    world.settle()
    assert row(showcase).health is Health.UP
    world.fail()
    world.rounds(3)
    found = showcase.show()
    assert (row(showcase).down, [incident.ended_at for incident in found.incidents]) == (1, [None])
    world.mend()
    world.rounds(3)
    forward(world)
    [incident] = showcase.show().incidents
    assert row(showcase).down == 0
    assert lasted(incident, world.clock.now()) == timedelta(seconds=30)
    forward(world, timedelta(days=15))
    assert showcase.show().incidents == ()


def test_todays_answers_count_at_once_and_once_however_they_are_rolled_up(world: World, showcase: Showcase) -> None:
    """Through an hour's and a day's end, with and without the roll-up having been made."""
    archive = Archive(world.db, world.clock)
    for failing in (False, True):
        world.fail() if failing else world.mend()
        world.run(120)
    world.rounds(1)  # writes the minutes that are over; this one is never written
    world.targets.mute = {HTTP}
    asked = None
    for span in (KEPT, timedelta(hours=1), timedelta(days=1), timedelta(days=1)):
        forward(world, span)
        before = [(day.count, day.failures) for day in row(showcase).days if day.count]
        archive.roll_up()
        forward(world)
        after = [(day.count, day.failures) for day in row(showcase).days if day.count]
        fresh = Showcase(world.db, lambda: world.fleet, world.clock)
        assert before == after == [(day.count, day.failures) for day in row(fresh).days if day.count]
        assert asked in (None, after)
        asked = after
    assert asked == [(24, 12)]


def test_the_hours_show_what_was_measured(world: World, showcase: Showcase) -> None:
    now = world.clock.now()
    hour = Span.HOUR.number(now) - 1
    Rolls(world.db).put(Span.HOUR, {HTTP: [Roll(hour, 100, 0, {60: 90, 80: 10})]})
    assert row(showcase).hours[-1].median is None
    Rolls(world.db).mark(Span.HOUR, hour)
    forward(world)
    last = row(showcase).hours[-1]
    assert last.median == pytest.approx(0.0304, rel=0.01)
    assert last.p95 == pytest.approx(0.2048, rel=0.01)


def test_another_fleet_file_counts_at_once(world: World, showcase: Showcase) -> None:
    assert row(showcase).checks == 1
    world.fleet = fleet_with({}, {"name": "second"})
    assert row(showcase).checks == 2


def test_it_is_gathered_no_more_often_than_every_few_seconds(world: World, showcase: Showcase) -> None:
    first = showcase.show()
    forward(world, KEPT - timedelta(seconds=1))
    assert showcase.show() is first
    forward(world, timedelta(seconds=1))
    assert showcase.show() is not first


@pytest.mark.parametrize("number", [1, 1000])
def test_however_many_checks_there_are_it_asks_each_table_as_often(world: World, number: int) -> None:
    world.fleet = fleet_with(*({"name": f"c{place}"} for place in range(number)))
    showcase = Showcase(world.db, lambda: world.fleet, world.clock)
    asked: list[str] = []
    world.db.here.conn.set_trace_callback(asked.append)
    assert row(showcase).checks == number
    world.db.here.conn.set_trace_callback(None)
    assert len(asked) <= 8
