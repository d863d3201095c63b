"""What was asked for and done stands in the alert."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.watching import World, fleet_with

ASKED = "restarting on web1, asked by <@U1>"
DONE = "restarted by <@U1>"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db", fleet_with({"action": "restart"}))
    world.fail()
    world.rounds(4)
    world.deliver()
    yield world
    world.close()


def annotate(world: World, note: str, offering: bool = False) -> None:
    world.monitor.annotate(1, note, world.clock.now(), offering)


def has_button(world: World) -> bool:
    return "incident.restart" in world.blocks("incident:1")


def test_an_act_is_said_and_takes_its_button_away(world: World) -> None:
    assert has_button(world)
    annotate(world, ASKED)
    assert ASKED in world.blocks("incident:1")
    assert not has_button(world)
    assert world.states() == ["DOWN"]


def test_an_act_that_failed_gives_the_button_back(world: World) -> None:
    annotate(world, ASKED)
    annotate(world, "restart failed on web1", offering=True)
    assert "restart failed on web1" in world.blocks("incident:1")
    assert ASKED not in world.blocks("incident:1")
    assert has_button(world)


def test_what_was_done_stands_in_the_closed_form_and_the_answer(world: World) -> None:
    annotate(world, DONE)
    world.mend()
    world.rounds(4)
    assert list(world.messages()) == ["incident:1", "incident:1:up"]
    assert all(text.endswith(DONE) for text in world.first_lines().values())
    assert not has_button(world)


def test_an_act_that_ends_after_the_outage_is_said_in_both(world: World) -> None:
    annotate(world, ASKED)
    world.mend()
    world.rounds(4)
    world.deliver()
    annotate(world, DONE)
    assert all(text.endswith(DONE) for text in world.first_lines().values())
    assert world.states() == ["UP", "UP"]


def test_an_act_that_ends_after_a_combined_message_adds_no_second_one(tmp_path: Path) -> None:
    world = World(tmp_path / "combined.db", fleet_with({"action": "restart"}))
    world.fail()
    world.rounds(4)
    annotate(world, ASKED)
    world.mend()
    world.rounds(4)
    world.deliver()
    annotate(world, DONE)
    assert list(world.messages()) == ["incident:1"]
    assert world.first_lines()["incident:1"].endswith(DONE)
    world.close()


def test_a_note_survives_a_restart(world: World) -> None:
    annotate(world, ASKED)
    world.restart()
    world.mend()
    world.rounds(4)
    assert world.first_lines()["incident:1"].endswith(ASKED)


def test_a_note_on_an_incident_that_never_was_is_nothing(world: World) -> None:
    before = world.messages()
    world.monitor.annotate(99, DONE, world.clock.now())
    assert world.messages() == before
