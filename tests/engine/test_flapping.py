"""A check that goes up and down all the time: said once, held until it is calm, and never lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.state.silences import Silences
from bot.watch import Silence
from tests.engine.watching import World, fleet_with


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A check that flips with each result."""
    world = World(tmp_path / "state.db", fleet_with({"down_after": 1, "up_after": 1}))
    world.settle()
    yield world
    world.close()


def flap(world: World, times: int) -> None:
    """Down and up again, so many times; Slack hears of everything at once."""
    for _ in range(times):
        world.fail()
        world.rounds(1)
        world.deliver()
        world.mend()
        world.rounds(1)
        world.deliver()
        world.vigil.sweep()


def heads(world: World) -> list[str]:
    return [text.split(" · ")[0] for key, text in world.first_lines().items() if not key.endswith(":up")]


def test_it_is_said_once_and_its_turns_are_held(world: World) -> None:
    flap(world, 10)
    said = heads(world)
    assert said.count("FLAPPING") == 1
    told = len(said)
    flap(world, 10)
    assert len(heads(world)) == told
    assert "DOWN" not in said  # what was told before is over


def test_when_it_is_calm_and_up_its_message_says_so(world: World) -> None:
    flap(world, 6)
    world.rounds(25)
    world.vigil.sweep()
    assert heads(world).count("CALM") == 1
    assert {"FLAPPING", "DOWN"}.isdisjoint(heads(world))
    (text,) = [text for text in world.first_lines().values() if text.startswith("CALM")]
    assert text.endswith("it is up")


def test_when_it_is_calm_and_down_that_is_told_once(world: World) -> None:
    flap(world, 6)
    world.fail()
    world.rounds(2)
    world.vigil.sweep()
    assert "DOWN" not in heads(world)
    world.rounds(25)
    world.vigil.sweep()
    world.vigil.sweep()
    assert heads(world).count("DOWN") == 1
    assert heads(world).count("CALM") == 1
    world.deliver()
    world.mend()
    world.rounds(2)
    assert "DOWN" not in heads(world)


def test_a_kill_in_the_middle_says_nothing_twice(world: World) -> None:
    flap(world, 6)
    world.restart()
    flap(world, 6)
    assert heads(world).count("FLAPPING") == 1


def test_in_a_silence_flapping_is_not_said_either(world: World) -> None:
    now = world.clock.now()
    Silences(world.db).begin(Silence("shop", None, "U0ANA", "moving", now, now + timedelta(hours=9)))
    flap(world, 10)
    world.rounds(25)
    assert world.messages() == {}
