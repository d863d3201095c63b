"""From flip to channel: what people see of an outage when Slack, the bot or both have trouble."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.engine.outbox import Deliverer
from bot.errors import SlackAway, SlackError, SlackUnclear
from bot.model import Content
from tests.engine.watching import EVERY, World


@dataclass
class Post:
    op: str
    text: str
    thread_ts: str | None


@dataclass
class Channel:
    """Fills the deliverer's Port. `fault` is raised at each call; an unclear post is stored all the same."""

    posts: dict[str, Post] = field(default_factory=dict)
    fault: SlackError | None = None

    def post(self, _channel: str, content: Content, op: str, thread_ts: str | None = None) -> tuple[str, str]:
        if isinstance(self.fault, SlackAway):
            raise self.fault
        ts = f"1763679600.{len(self.posts):06d}"
        self.posts[ts] = Post(op, content.text, thread_ts)
        if self.fault:
            raise self.fault
        return "C1", ts

    def update(self, _channel_id: str, ts: str, content: Content, _op: str) -> None:
        if self.fault:
            raise self.fault
        self.posts[ts].text = content.text

    def find(self, _channel: str, op: str, _oldest: datetime, _thread_ts: str | None = None) -> tuple[str, str] | None:
        if self.fault:
            raise self.fault
        return next((("C1", ts) for ts, post in self.posts.items() if post.op == op), None)

    def shown(self) -> list[str]:
        """`DOWN`, `UP`, and `> UP` for an answer in a thread."""
        return [("> " if post.thread_ts else "") + post.text.split(" · ")[0] for post in self.posts.values()]


class Line:
    """A world whose messages go to a channel, a second at a time."""

    def __init__(self, path: Path) -> None:
        self.world = World(path)
        self.channel = Channel()
        self._connect()
        self.run(3)

    def _connect(self) -> None:
        self.deliverer = Deliverer(self.world.outbox, self.channel, self.world.clock)

    def run(self, rounds: int) -> None:
        for _ in range(rounds * EVERY):
            self.world.run(1)
            self.deliverer.run_once()

    def restart(self) -> None:
        self.world.restart()
        self._connect()


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
