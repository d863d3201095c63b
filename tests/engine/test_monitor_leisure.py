"""Good answers of what is up may wait two seconds for others, to be written with them; whatever else is answered never
waits.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.model import Health
from bot.state.checks import Checks
from tests.engine.watching import BAD, HTTP, World, fleet_with

HALF = timedelta(seconds=0.5)
OTHER = "shop/production/other"
URL, OTHER_URL = "https://shop.example.com/healthz", "https://other.example.com/"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two checks, each asked every second and up."""
    fleet = fleet_with(
        {"every": "1s", "timeout": "1s"}, {"every": "1s", "timeout": "1s", "name": "other", "http": OTHER_URL}
    )
    world = World(tmp_path / "state.db", fleet)
    world.run(10)
    yield world
    world.close()


def half_a_second(world: World) -> None:
    world.clock.sleep(HALF)
    world.monitor.sweep()


def looked(world: World, check: str = HTTP) -> datetime | None:
    return Checks(world.db).states([check])[check].checked_at


def writes(world: World, sweeps: int) -> int:
    """How many of these sweeps wrote something of the check down."""
    seen = [looked(world)]
    for _ in range(sweeps):
        half_a_second(world)
        seen.append(looked(world))
    return sum(1 for before, after in pairwise(seen) if before != after)


def test_good_answers_are_written_together(world: World) -> None:
    assert writes(world, 40) == 10  # 20 s, 20 answers


def test_no_good_answer_waits_for_longer_than_two_seconds(world: World) -> None:
    for _ in range(20):
        half_a_second(world)
        at = looked(world)
        assert at is not None
        assert world.clock.now() - at <= timedelta(seconds=3)  # asked every second


def test_a_failure_is_written_at_once_and_all_that_waits_with_it(world: World) -> None:
    half_a_second(world)
    world.targets.probes[OTHER_URL] = BAD
    failed = 0
    for _ in range(6):
        half_a_second(world)
        states = Checks(world.db).states([HTTP, OTHER])
        if states[OTHER].ok is False:
            failed += 1
            assert states[HTTP].checked_at == states[OTHER].checked_at
    assert failed >= 4


def test_a_check_that_is_down_comes_up_as_soon_as_it_answers_well(world: World) -> None:
    world.targets.probes[URL] = BAD
    world.run(5)
    assert Checks(world.db).states([HTTP])[HTTP].health is Health.DOWN
    del world.targets.probes[URL]
    moments = [looked(world)]
    while Checks(world.db).states([HTTP])[HTTP].health is not Health.UP:
        half_a_second(world)
        moments.append(looked(world))
    assert len(set(moments)) == 3  # its two good answers were written one by one, after the last bad one


def test_the_first_answers_after_a_start_are_written_at_once(world: World) -> None:
    world.restart()
    world.run(2)
    at = looked(world)
    assert at is not None
    assert world.clock.now() - at <= timedelta(seconds=1)


def test_what_waited_when_the_bot_was_killed_is_asked_again(world: World) -> None:
    half_a_second(world)
    world.restart()
    world.run(6)
    at = looked(world)
    assert at is not None
    assert world.clock.now() - at <= timedelta(seconds=3)
    assert world.messages() == {}
