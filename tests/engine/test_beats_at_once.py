"""A job that says how it ended is looked at by the next sweep, whenever its check's turn is."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.model import Health
from bot.plan.beats import token_of
from tests.engine.heart import BACKUP, SECRET, Heart

RARELY = "1h"  # how often the check looks by itself
SETTLED = 20  # seconds after which every check was asked once
Open = Callable[..., Heart]


@pytest.fixture
def open_heart(tmp_path: Path) -> Iterator[Open]:
    opened: list[Heart] = []

    def open_heart(**keys: Any) -> Heart:
        opened.append(Heart(tmp_path / f"{len(opened)}.db", **{"every": RARELY, **keys}))
        return opened[-1]

    yield open_heart
    for heart in opened:
        heart.close()


def well(heart: Heart) -> Heart:
    heart.beat()
    heart.run(SETTLED)
    assert heart.state.health is Health.UP
    return heart


@pytest.mark.parametrize("down_after", [1, 5])
def test_a_job_that_failed_is_down_at_the_next_sweep_however_often_it_is_looked_at(
    open_heart: Open, down_after: int
) -> None:
    heart = well(open_heart(down_after=down_after))
    heart.beat(False, 3, "disk full")
    heart.run(1)
    assert heart.told() == ["DOWN"]
    assert heart.state.cause.endswith(": disk full")


def test_a_job_that_failed_and_comes_again_is_up_at_the_next_sweep(open_heart: Open) -> None:
    heart = well(open_heart())
    heart.beat(False)
    heart.run(1)
    heart.beat()
    heart.run(1)
    assert (heart.state.health, heart.told()[0]) == (Health.UP, "UP")


def test_a_job_that_was_late_and_comes_is_up_at_the_next_sweep(open_heart: Open) -> None:
    heart = well(open_heart(every="1m"))
    heart.run(13 * 60)
    assert heart.told() == ["DOWN"]
    heart.beat()
    heart.run(1)
    assert heart.told()[0] == "UP"


def test_where_more_than_one_good_look_is_wanted_the_next_ones_are_waited_for(open_heart: Open) -> None:
    heart = well(open_heart(every="1m", up_after=3))
    heart.beat(False)
    heart.run(1)
    heart.beat()
    heart.run(60)
    assert heart.told() == ["DOWN"]
    heart.run(120)
    assert heart.told()[0] == "UP"


def test_a_job_that_is_late_is_not_down_before_as_many_looks_as_it_says(open_heart: Open) -> None:
    heart = well(open_heart(every="1m", down_after=3))
    heart.run(11 * 60 + 60)
    assert heart.told() == []
    heart.run(3 * 60)
    assert heart.told() == ["DOWN"]


def test_the_first_beat_of_all_is_seen_at_once(open_heart: Open) -> None:
    heart = open_heart()
    heart.run(SETTLED)
    assert "no beat was received yet" in heart.state.cause
    heart.beat()
    heart.run(1)
    assert heart.state.health is Health.UP


def test_a_beat_before_the_first_sweep_and_a_hundred_failures_at_once_are_one_message(open_heart: Open) -> None:
    heart = open_heart()
    for number in range(100):
        heart.beat(False, number % 255 + 1)
    heart.run(SETTLED)
    assert heart.told() == ["DOWN"]


def test_what_is_well_and_stays_so_is_not_looked_at_for_it(open_heart: Open) -> None:
    heart = well(open_heart())
    seen = heart.state.checked_at
    heart.beat()
    assert heart.book.news() == []
    heart.run(60)
    assert heart.state.checked_at == seen


def test_a_failure_right_before_the_bot_dies_is_seen_after_the_restart(open_heart: Open) -> None:
    heart = well(open_heart())
    heart.beat(False, 3)
    heart.restart()
    heart.run(SETTLED)
    assert heart.told() == ["DOWN"]


def test_a_failure_of_a_check_that_left_the_fleet_file_meanwhile_harms_no_sweep(open_heart: Open) -> None:
    heart = well(open_heart())
    heart.beat(False)
    heart.fleet = open_heart(name="other").fleet
    heart.run(1)
    assert heart.told() == []
    heart.beat(False, token=token_of(SECRET, "shop/production/other"))
    heart.run(1)
    assert heart.told() == ["DOWN"]


def test_news_is_given_once(open_heart: Open) -> None:
    heart = open_heart()
    heart.beat()
    heart.beat(False)
    assert heart.book.news() == [BACKUP]
    assert heart.book.news() == []
