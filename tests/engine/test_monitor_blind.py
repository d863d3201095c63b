"""A check that the bot cannot ask: nothing is said of its target, and what was said stays true."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.engine.history import History
from bot.model import Blind, Health, Probe
from bot.rolls import Span
from bot.state.rolls import Rolls
from bot.watch import CheckState
from tests.engine.watching import HTTP, SHOP, World

NOTHING = Probe(False, 0.0, None, "could not be asked: no SSH key", Blind.UNKNOWN)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db")
    world.settle()
    yield world
    world.close()


def state(world: World) -> CheckState:
    (check,) = world.monitor.overview(SHOP).checks
    return check.state


def test_the_bots_own_trouble_is_told_to_nobody_and_stands_in_the_status(world: World) -> None:
    world.fail(NOTHING)
    world.rounds(10)
    assert world.messages() == {}
    assert state(world).health is Health.UNKNOWN
    assert state(world).cause == "could not be asked: no SSH key"
    world.mend()
    world.rounds(1)
    assert world.messages() == {}
    assert state(world).health is Health.UP


def test_an_outage_does_not_end_because_nobody_can_look(world: World) -> None:
    world.fail()
    world.rounds(4)
    world.deliver()
    world.fail(NOTHING)
    world.rounds(30)
    assert world.states() == ["DOWN"]
    assert state(world).health is Health.DOWN
    world.restart()
    world.mend()
    world.rounds(3)
    assert world.states() == ["UP", "UP"]


def test_it_does_not_count_as_a_change_for_flapping(world: World) -> None:
    before = state(world).past
    world.fail(replace(NOTHING))
    world.rounds(30)
    assert (state(world).past, state(world).flapping_since) == (before, None)


def test_the_history_counts_only_what_was_seen(tmp_path: Path) -> None:
    world = World(tmp_path / "history.db")
    history, now = History(world.db), world.clock.now()
    history.seen(HTTP, NOTHING, now)
    history.seen(HTTP, Probe(True, 0.1), now)
    world.run(61)
    with world.db.transaction():
        history.write(world.clock.now())
    number = Span.MINUTE.number(now)
    (roll,) = Rolls(world.db).read([HTTP], Span.MINUTE, number, number + 1)[HTTP]
    assert (roll.count, roll.failures) == (1, 0)
    world.close()
