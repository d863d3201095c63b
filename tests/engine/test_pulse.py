"""What the bot says of itself: each part in turn fails and comes back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.pulse import KEPT, STALE, UNANSWERED, WAITING, Pulse
from bot.errors import SlackAway, SlackBusy, SlackError
from bot.model import Content, Outgoing
from bot.timings import Timings
from tests.engine.watching import HTTP, SHOP, World, fleet_with


class Line:
    """Slack, as reachable as the test says."""

    def __init__(self) -> None:
        self.error: SlackError | None = None
        self.asked = 0

    def __call__(self) -> None:
        self.asked += 1
        if self.error:
            raise self.error


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db")
    yield world
    world.close()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def pulse(world: World, line: Line) -> Pulse:
    return Pulse(world.db, world.monitor, lambda: world.fleet, line, world.clock, Timings([1.0]))


def ill(pulse: Pulse) -> dict[str, str]:
    return {part.name: part.words for part in pulse.parts() if not part.ok}


def later(world: World, span: timedelta) -> None:
    """Time goes by, and sweeps with it."""
    world.clock.sleep(span)
    world.monitor.sweep()


def test_a_bot_that_works_is_well_in_every_part(world: World, pulse: Pulse) -> None:
    world.settle()
    assert [part.name for part in pulse.parts()] == ["sweeps", "database", "slack"]
    assert ill(pulse) == {}


@pytest.mark.parametrize("swept_before", [True, False])
def test_sweeps_that_stopped_are_said_also_when_none_ever_ended(world: World, pulse: Pulse, swept_before: bool) -> None:
    if swept_before:
        world.settle()
    world.clock.sleep(STALE)
    assert ill(pulse) == {}
    world.clock.sleep(timedelta(seconds=1))
    assert ill(pulse) == {"sweeps": "the last sweep of the checks ended 31 s ago"}


def test_a_sweep_that_breaks_off_has_not_ended(world: World, pulse: Pulse) -> None:
    world.settle()
    world.targets.broken = True
    world.clock.sleep(STALE + timedelta(seconds=1))
    with pytest.raises(ZeroDivisionError):
        world.monitor.sweep()
    assert list(ill(pulse)) == ["sweeps"]


def test_sweeps_that_get_no_answers_any_more_are_not_well(world: World, pulse: Pulse) -> None:
    """They go on, and whoever asks the targets for them has died: also when it is asked again."""
    world.settle()
    world.targets.mute = {HTTP}
    world.run(int(UNANSWERED.total_seconds()))
    assert ill(pulse) == {}
    for _ in range(3):
        world.run(100)
        assert "has been missing for" in ill(pulse)["sweeps"]
    world.targets.mute = set()
    world.run(300)
    assert ill(pulse) == {}


def test_a_check_that_left_the_fleet_file_is_not_waited_for(world: World, pulse: Pulse) -> None:
    world.settle()
    world.targets.mute = {HTTP}
    world.rounds(2)
    world.fleet = fleet_with({"name": "another"})
    world.run(300)
    assert ill(pulse) == {}


def test_a_database_that_another_holds_is_said_without_its_path(world: World, pulse: Pulse) -> None:
    world.settle()
    with closing(sqlite3.connect(world.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert ill(pulse)["database"].startswith("the database is locked by another process")
        world.rounds(1)
    assert ill(pulse) == {"database": "results of checks could not be written; they are kept until they can"}
    later(world, timedelta(seconds=1))
    assert ill(pulse) == {}


def test_a_database_whose_file_is_gone_is_not_made_anew(world: World, pulse: Pulse) -> None:
    world.settle()
    world.path.rename(world.path.with_suffix(".away"))
    assert "unable to open" in ill(pulse)["database"]
    assert not world.path.exists()


def test_slack_is_asked_no_more_often_than_its_answer_is_old(world: World, pulse: Pulse, line: Line) -> None:
    world.settle()
    line.error = SlackAway("no connection")
    assert ill(pulse) == {"slack": "no connection"}
    line.error = None
    later(world, KEPT - timedelta(seconds=1))
    assert ill(pulse) == {"slack": "no connection"}
    later(world, timedelta(seconds=1))
    assert ill(pulse) == {}
    assert line.asked == 2


def test_a_slack_that_asks_to_wait_is_there(world: World, pulse: Pulse, line: Line) -> None:
    world.settle()
    line.error = SlackBusy(30)
    assert ill(pulse) == {}


def test_a_message_that_waits_long_means_that_slack_does_not_take_it(world: World, pulse: Pulse) -> None:
    world.settle()
    world.outbox.put(Outgoing("a", "#alerts", Content("DOWN")), world.clock.now())
    later(world, WAITING)
    assert ill(pulse) == {}
    later(world, timedelta(seconds=1))
    assert ill(pulse) == {"slack": "a message waits for Slack since 2 min 1 s"}
    world.deliver()
    assert ill(pulse) == {}


def test_an_old_message_that_is_edited_waits_only_since_then(world: World, pulse: Pulse) -> None:
    world.outbox.put(Outgoing("a", "#alerts", Content("DOWN")), world.clock.now())
    world.deliver()
    later(world, WAITING * 2)
    world.outbox.put(Outgoing("a", "#alerts", Content("UP")), world.clock.now())
    assert ill(pulse) == {}
    assert pulse.figures().oldest == timedelta()
    later(world, WAITING * 2)
    assert pulse.figures().oldest == WAITING * 2


def test_what_slack_refused_for_good_does_not_wait(world: World, pulse: Pulse) -> None:
    world.outbox.put(Outgoing("a", "#gone", Content("DOWN")), world.clock.now())
    [row] = world.outbox.pending()
    world.outbox.refused(row, world.clock.now(), world.clock.now(), "channel_not_found")
    later(world, WAITING * 2)
    assert ill(pulse) == {}
    assert (pulse.figures().waiting, pulse.figures().refused) == (0, 1)


def test_the_figures_are_those_of_the_fleet_and_its_outages(world: World, pulse: Pulse) -> None:
    [(check, state)] = pulse.figures().checks
    assert (check.id, state) == (HTTP, None)
    world.settle()
    world.fail()
    world.rounds(3)
    figures = pulse.figures()
    [(check, state)] = figures.checks
    assert state is not None
    assert (state.health, figures.incidents, figures.deploys) == ("down", {SHOP: 1}, {})
    assert (figures.waiting, figures.swept) == (1, timedelta())
