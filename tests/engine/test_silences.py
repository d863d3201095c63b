"""What a silence keeps back is told at its end if it still is so, and never otherwise."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.state.silences import Silences
from bot.watch import Silence
from tests.engine.watching import EVERY, SHOP, START, World, fleet_with
from tests.fleet.samples import PRODUCTION, changed, load

HOUR = timedelta(hours=1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db")
    world.settle()
    yield world
    world.close()


def hush(world: World, lasts: timedelta = HOUR) -> Silence:
    now = world.clock.now()
    return Silences(world.db).begin(Silence("shop", None, "U0ANA", "moving", now, now + lasts))


def speak(world: World) -> None:
    world.clock.sleep(HOUR)
    world.vigil.sweep()


def test_what_goes_down_in_a_silence_is_told_to_nobody(world: World) -> None:
    hush(world)
    world.fail()
    world.rounds(6)
    world.vigil.sweep()
    assert world.messages() == {}
    assert [alert.told_at for alert in world.monitor.open_incidents()] == [None]
    assert world.monitor.overview(SHOP).incidents != ()  # who asks sees it


def test_what_is_still_down_at_the_end_is_told_once_from_its_first_failure(world: World) -> None:
    hush(world)
    world.fail()
    since = world.clock.now() + timedelta(seconds=EVERY)
    world.rounds(6)
    speak(world)
    world.vigil.sweep()
    assert world.states() == ["DOWN"]
    (alert,) = world.monitor.open_incidents()
    assert alert.incident.started_at <= since
    assert alert.told_at == world.clock.now()
    world.deliver()
    world.mend()
    world.rounds(6)
    assert world.states() == ["UP", "UP"]


def test_what_came_up_in_the_silence_is_never_told(world: World) -> None:
    hush(world)
    world.fail()
    world.rounds(6)
    world.mend()
    world.rounds(6)
    speak(world)
    world.rounds(3)
    assert world.messages() == {}
    assert world.monitor.open_incidents() == []


def test_what_was_told_before_the_silence_is_told_to_be_up_within_it(world: World) -> None:
    world.fail()
    world.rounds(6)
    world.deliver()
    hush(world)
    world.mend()
    world.rounds(6)
    assert world.states() == ["UP", "UP"]


def test_what_is_done_about_an_untold_outage_stays_untold_and_is_in_its_message_later(world: World) -> None:
    hush(world)
    world.fail()
    world.rounds(6)
    world.monitor.annotate(1, "rolled back by itself", world.clock.now())
    assert world.messages() == {}
    speak(world)
    assert world.says("incident:1", "rolled back by itself")


def test_a_check_that_leaves_the_file_in_a_silence_ends_in_silence(world: World) -> None:
    hush(world)
    world.fail()
    world.rounds(6)
    world.mend()
    world.fleet = fleet_with({"name": "other", "http": "https://other.test/"})
    world.rounds(2)
    speak(world)
    assert world.messages() == {}


def test_a_kill_at_the_end_of_a_silence_neither_loses_nor_repeats_what_is_down(world: World) -> None:
    hush(world)
    world.fail()
    world.rounds(6)
    world.clock.sleep(HOUR)
    world.restart()
    world.vigil.sweep()
    world.restart()
    world.vigil.sweep()
    world.rounds(4)
    assert world.states() == ["DOWN"]


def test_a_window_of_the_fleet_file_keeps_back_and_its_end_tells(world: World) -> None:
    end = START + HOUR
    check = {"http": "https://shop.example.com/healthz", "every": f"{EVERY}s", "timeout": "5s", "action": "rollback"}
    windows = [f"{START:%H:%M} - {end:%H:%M} UTC"]
    world.fleet = load(changed(((*PRODUCTION, "checks"), [check]), ((*PRODUCTION, "maintenance"), windows)))
    world.fail()
    world.rounds(6)
    world.vigil.sweep()
    assert world.messages() == {}
    speak(world)
    assert world.states() == ["DOWN"]
