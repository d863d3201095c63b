"""A world whose messages go to a channel: what people see there, and what Slack does on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.engine.outbox import Deliverer
from bot.errors import SlackAway, SlackError
from bot.fleet import Fleet
from bot.model import Content
from bot.state.database import Database
from tests.engine.watching import EVERY, World, quick_database


@dataclass
class Post:
    op: str
    text: str
    thread_ts: str | None
    channel: str = "#alerts"


@dataclass
class Channel:
    """Fills the deliverer's Port. `fault` is raised at each call; an unclear post is stored all the same."""

    posts: dict[str, Post] = field(default_factory=dict)
    fault: SlackError | None = None

    def post(self, channel: str, content: Content, op: str, thread_ts: str | None = None) -> tuple[str, str]:
        if isinstance(self.fault, SlackAway):
            raise self.fault
        ts = f"1763679600.{len(self.posts):06d}"
        self.posts[ts] = Post(op, content.text, thread_ts, channel)
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

    def __init__(
        self, path: Path, fleet: Fleet | None = None, open_database: Callable[[Path], Database] = quick_database
    ) -> None:
        self.world = World(path, fleet, open_database)
        self.channel = Channel()
        self._connect()
        self.run(3)

    def _connect(self) -> None:
        self.deliverer = Deliverer(self.world.outbox, self.channel, self.world.clock)

    def run(self, rounds: int) -> None:
        self.seconds(rounds * EVERY)

    def seconds(self, number: int) -> None:
        for _ in range(number):
            self.tick(1)

    def tick(self, seconds: int) -> None:
        """So much later: one sweep of everything."""
        self.world.clock.sleep(timedelta(seconds=seconds))
        self.world.monitor.sweep()
        self.world.vigil.sweep()
        self.deliverer.run_once()

    def restart(self) -> None:
        self.world.restart()
        self._connect()
