"""Checks and outages closely, from the tables of a monitor whose targets and clock are in the test's hands."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.sights import LATELY, Sights
from bot.model import Health
from bot.refusals import Reason, Refusal
from bot.rolls import Roll, Span
from bot.state.rolls import Rolls
from tests.engine.watching import HTTP, SHOP, World, fleet_with


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db")
    world.settle()
    yield world
    world.close()


@pytest.fixture
def sights(world: World) -> Sights:
    return Sights(world.db, world.monitor.overview, lambda: world.fleet, world.clock)


def test_each_check_is_shown_with_its_hours(world: World, sights: Sights) -> None:
    hour = Span.HOUR.number(world.clock.now())
    Rolls(world.db).put(Span.HOUR, {HTTP: [Roll(hour - 1, 120, 0, {60: 120}), Roll(hour - 30, 1, 0, {90: 1})]})
    found = sights.checks("shop")
    assert not isinstance(found, Refusal)
    [trace] = found.checks
    assert (trace.target, trace.check.id, trace.check.state.health) == (SHOP, HTTP, Health.UP)
    assert [hour.median is None for hour in trace.hours] == [True] * 23 + [False]
    assert trace.hours[-1].p95 == pytest.approx(0.0304, rel=0.01)


def test_a_service_that_does_not_exist_is_refused(sights: Sights) -> None:
    found = sights.checks("shpo")
    assert isinstance(found, Refusal)
    assert (found.reason, found.near) == (Reason.UNKNOWN_SERVICE, ("shop",))


def test_an_outage_is_open_then_restored_then_forgotten(world: World, sights: Sights) -> None:
    assert sights.outages().incidents == ()
    world.fail()
    world.rounds(3)
    assert len(sights.outages().open) == 1
    world.mend()
    world.rounds(3)
    found = sights.outages()
    assert (found.open, found.restored, found.complete) == ((), (timedelta(seconds=30),), True)
    assert [(record.service, record.incidents, record.open) for record in found.records] == [("shop", 1, 0)]
    world.clock.sleep(LATELY + timedelta(days=1))
    assert sights.outages().incidents == ()


def test_what_left_the_fleet_file_while_it_was_down_was_not_restored(world: World, sights: Sights) -> None:
    world.fail()
    world.rounds(3)
    world.fleet = fleet_with({"name": "another"})
    world.rounds(1)
    found = sights.outages()
    assert (len(found.incidents), found.open, found.restored) == (1, (), ())
