"""A job that calls the bot: late, failed, back again, and the bot's own absence."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import StateError
from bot.model import Health
from bot.plan.beats import token_of
from tests.engine.heart import LOOK, SECRET, Heart

MINUTE = 60


@pytest.fixture
def heart(tmp_path: Path) -> Iterator[Heart]:
    heart = Heart(tmp_path / "state.db")
    yield heart
    heart.close()


def test_before_the_first_beat_the_job_is_unknown_and_nobody_is_told(heart: Heart) -> None:
    heart.run(30 * MINUTE)
    assert heart.state.health is Health.UNKNOWN
    assert "no beat was received yet" in heart.state.cause
    assert heart.told() == []


def test_a_job_that_comes_in_time_is_up(heart: Heart) -> None:
    for _ in range(4):
        assert heart.beat()
        heart.run(10 * MINUTE)
    assert heart.state.health is Health.UP
    assert heart.told() == []


def test_a_job_that_does_not_come_is_down_once_and_up_when_it_comes_again(heart: Heart) -> None:
    heart.beat()
    heart.run(11 * MINUTE)
    assert heart.told() == []
    heart.run(2 * LOOK)
    assert heart.told() == ["DOWN"]
    heart.run(30 * MINUTE)
    assert heart.told() == ["DOWN"]
    heart.beat()
    heart.run(2 * LOOK)
    assert heart.told()[0] == "UP"
    assert heart.state.health is Health.UP


def test_a_job_that_says_it_failed_is_down_at_once_with_its_words(heart: Heart) -> None:
    heart.beat()
    heart.run(MINUTE)
    heart.beat(False, 3, "disk full")
    heart.run(LOOK)
    assert heart.told() == ["DOWN"]
    assert "exit status 3" in heart.state.cause
    assert heart.state.cause.endswith(": disk full")


@pytest.mark.parametrize("token", ["", "0" * 32, token_of("another secret!!", "shop/production/backup")])
def test_a_wrong_token_is_no_beat(heart: Heart, token: str) -> None:
    assert not heart.beat(token=token)
    heart.run(MINUTE)
    assert heart.state.health is Health.UNKNOWN


def test_a_token_of_a_check_that_left_the_fleet_file_is_none_any_more(heart: Heart) -> None:
    other = Heart(heart.path.with_name("other.db"), name="other")
    heart.fleet = other.fleet
    other.close()
    assert not heart.beat()
    assert heart.beat(token=token_of(SECRET, "shop/production/other"))


def test_beats_survive_a_restart(heart: Heart) -> None:
    heart.beat()
    heart.run(5 * MINUTE)
    heart.restart()
    heart.run(MINUTE)
    assert heart.state.health is Health.UP
    heart.run(6 * MINUTE)
    assert heart.told() == ["DOWN"]


def test_an_absence_of_the_bot_is_not_the_jobs(heart: Heart) -> None:
    heart.beat()
    heart.run(9 * MINUTE)
    heart.restart(away=timedelta(minutes=4))  # over the moment at which it is due
    heart.run(MINUTE)
    assert heart.told() == []
    assert heart.state.health is Health.UNKNOWN
    assert "the bot was away" in heart.state.cause
    heart.run(11 * MINUTE)
    assert heart.told() == ["DOWN"]


@pytest.mark.parametrize("before", [9.5 * MINUTE, 10.5 * MINUTE])
def test_a_restart_of_a_few_seconds_is_an_absence_too(heart: Heart, before: float) -> None:
    heart.beat()
    heart.run(before)
    heart.restart(away=timedelta(seconds=8))
    heart.run(8 * MINUTE)
    assert heart.told() == []
    assert "the bot was away" in heart.state.cause
    heart.run(5 * MINUTE)
    assert heart.told() == ["DOWN"]  # nor did the next one come


def test_a_short_restart_long_before_it_is_due_buys_no_time(heart: Heart) -> None:
    heart.beat()
    heart.run(MINUTE)
    heart.restart(away=timedelta(minutes=2))
    heart.run(9 * MINUTE)
    assert heart.told() == ["DOWN"]


def test_an_outage_that_was_told_goes_on_over_an_absence(heart: Heart) -> None:
    heart.beat()
    heart.run(12 * MINUTE)
    assert heart.told() == ["DOWN"]
    heart.restart(away=timedelta(minutes=20))
    heart.run(5 * MINUTE)
    assert heart.told() == ["DOWN"]
    assert heart.state.health is Health.DOWN


def test_without_a_secret_nobody_can_beat_and_nobody_is_down(tmp_path: Path) -> None:
    heart = Heart(tmp_path / "state.db", secret=None)
    assert not heart.beat()
    heart.run(MINUTE)
    assert (heart.state.health, heart.told()) == (Health.UNKNOWN, [])
    assert "HEARTBEAT_SECRET" in heart.state.cause
    heart.close()


def test_a_beat_that_cannot_be_written_did_not_count(heart: Heart) -> None:
    other = sqlite3.connect(heart.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StateError):
        heart.beat()
    other.close()
    heart.run(MINUTE)
    assert heart.state.health is Health.UNKNOWN
