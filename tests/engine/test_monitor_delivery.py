"""From flip to channel: what people see of an outage when Slack, the bot or both have trouble."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import SlackAway, SlackUnclear
from tests.engine.channel import Line
from tests.engine.watching import EVERY


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path / "state.db")
    yield line
    line.world.close()


def test_down_then_up_in_its_thread(line: Line) -> None:
    line.world.fail()
    line.run(5)
    assert line.channel.shown() == ["DOWN"]
    line.world.mend()
    line.run(5)
    assert line.channel.shown() == ["UP", "> UP"]


def test_slack_away_for_the_whole_outage_shows_one_combined_message(line: Line) -> None:
    line.channel.fault = SlackAway("no route")
    line.world.fail()
    line.run(30)
    line.world.mend()
    line.run(30)
    line.channel.fault = None
    line.run(6)
    assert line.channel.shown() == ["UP"]


def test_slack_away_when_the_outage_ends_shows_both_afterwards(line: Line) -> None:
    line.world.fail()
    line.run(5)
    line.channel.fault = SlackAway("no route")
    line.world.mend()
    line.run(60)
    assert line.channel.shown() == ["DOWN"]
    line.channel.fault = None
    line.run(6)
    assert line.channel.shown() == ["UP", "> UP"]


def test_a_lost_reply_and_a_restart_post_nothing_twice(line: Line) -> None:
    line.channel.fault = SlackUnclear("reset")
    line.world.fail()
    while not line.channel.posts:
        line.run(1)
    line.restart()
    line.channel.fault = None
    line.run(5)
    assert line.channel.shown() == ["DOWN"]
    line.world.mend()
    line.run(5)
    assert line.channel.shown() == ["UP", "> UP"]


def test_an_outage_that_ends_while_its_alert_is_unclear_is_one_message(line: Line) -> None:
    line.channel.fault = SlackUnclear("reset")
    line.world.fail()
    while not line.channel.posts:
        line.run(1)
    line.world.mend()
    line.run(5)
    line.channel.fault = None
    line.run(10)
    assert line.channel.shown() == ["UP"]


def test_the_alert_is_in_the_channel_within_two_seconds_of_the_last_failed_check(line: Line) -> None:
    line.world.fail()
    begun = line.world.clock.now()
    while not line.channel.posts:
        line.world.run(1)
        line.deliverer.run_once()
    assert line.world.clock.now() - begun <= timedelta(seconds=3 * EVERY + 2)
