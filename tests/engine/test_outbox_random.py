"""Bad days by chance, from a seed: faults, restarts and `kill -9` between any two calls."""

import random
from datetime import datetime
from pathlib import Path

import pytest

from bot.engine.outbox import Port
from bot.model import Content
from tests.engine.outbox_bench import TICK, Bench, bench
from tests.workspace import standing

SEEDS = range(12)
FAULTS = ("rate_limited", "server_error", "lost_reply")
METHODS = ("chat.postMessage", "chat.update", "conversations.history", "conversations.replies", "chat.*")


class Killed(BaseException):
    """The process is gone; nothing in it may catch this."""


class Mortal:
    """Slack; now and then the process dies just before a call, or just after it."""

    def __init__(self, inner: Port, chance: random.Random, odds: float) -> None:
        self._inner, self._chance, self._odds = inner, chance, odds

    def _perhaps_die(self) -> None:
        if self._chance.random() < self._odds:
            raise Killed

    def post(self, channel: str, content: Content, op: str, thread_ts: str | None = None) -> tuple[str, str]:
        self._perhaps_die()
        place = self._inner.post(channel, content, op, thread_ts)
        self._perhaps_die()
        return place

    def update(self, channel_id: str, ts: str, content: Content, op: str) -> None:
        self._perhaps_die()
        self._inner.update(channel_id, ts, content, op)
        self._perhaps_die()

    def find(self, channel: str, op: str, oldest: datetime, thread_ts: str | None = None) -> tuple[str, str] | None:
        self._perhaps_die()
        found = self._inner.find(channel, op, oldest, thread_ts)
        self._perhaps_die()
        return found


class Story:
    """Puts messages and replies by chance, and remembers what should stand in Slack in the end."""

    def __init__(self, at: Bench, chance: random.Random) -> None:
        self.at, self.chance = at, chance
        self.newest: dict[str, str] = {}
        self.place: dict[str, tuple[str, str | None]] = {}

    def put(self) -> None:
        chance = self.chance
        number = len(self.newest)
        old = [key for key in self.newest if chance.random() < 0.3]
        if old:
            key = chance.choice(old)
        else:
            key = f"m{number}"
            parents = [name for name, (_, thread) in self.place.items() if thread is None]
            parent = chance.choice(parents) if parents and chance.random() < 0.5 else None
            self.place[key] = (self.place[parent][0] if parent else chance.choice(["deploys", "alerts"]), parent)
        self.newest[key] = f"{key} {chance.random()}"
        channel, parent = self.place[key]
        self.at.put(key, self.newest[key], f"#{channel}", parent)

    def trouble(self) -> None:
        kind, method = self.chance.choice(FAULTS), self.chance.choice(METHODS)
        self.at.server.faults.add(method, kind=kind, retry_after=self.chance.randint(1, 5), times=1)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK)):
            try:
                self.at.run(TICK)
            except Killed:
                self.at.restart()
                self.at.clock.forward(TICK)

    def check(self) -> None:
        at = self.at
        for channel in ("deploys", "alerts"):
            streams = [None, *[key for key, place in self.place.items() if place == (channel, None)]]
            for parent in streams:
                located = at.outbox.located(parent) if parent else None
                wanted = [self.newest[key] for key, place in self.place.items() if place == (channel, parent)]
                said = standing(at.server, channel, located[1] if located else None)
                assert [message["text"] for message in said] == wanted


def tell(path: Path, seed: int, steps: int) -> None:
    chance = random.Random(seed)
    with bench(path) as at:
        story = Story(at, chance)
        healthy, at.port = at.port, Mortal(at.port, chance, odds=0.1)
        at.restart()
        for _ in range(steps):
            story.put()
            if chance.random() < 0.4:
                story.trouble()
            story.run(chance.choice([0.25, 0.5, 2, 15]))
        at.server.faults.clear()
        at.port = healthy
        at.restart()
        at.settle()
        story.check()


@pytest.mark.parametrize("seed", SEEDS)
def test_each_message_is_there_once_and_in_order_with_its_newest_words(tmp_path: Path, seed: int) -> None:
    tell(tmp_path, seed, steps=40)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_the_same_for_many_long_days(tmp_path: Path, seed: int) -> None:
    tell(tmp_path, seed, steps=200)
