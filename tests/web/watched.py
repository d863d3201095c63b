"""A served site over a monitor whose targets and clock are in the test's hands."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import APIRouter

from bot.cloud_trouble import CallCount
from bot.engine.pulse import Pulse
from bot.errors import SlackAway
from bot.timings import Timings
from bot.web.serving import serve
from bot.web.site import site
from tests.engine.watching import World


class Line:
    """Slack, there or away."""

    def __init__(self) -> None:
        self.away = False

    def __call__(self) -> None:
        if self.away:
            raise SlackAway("no connection to Slack")


class Watched:
    def __init__(self, path: Path) -> None:
        self.world, self.line = World(path), Line()
        world, self.deliveries = self.world, Timings([1.0, 60.0])
        self.calls: tuple[CallCount, ...] = ()
        self.pulse = Pulse(
            world.db, world.monitor, lambda: world.fleet, self.line, world.clock, self.deliveries, lambda: self.calls
        )

    @contextmanager
    def served(self, *routers: APIRouter) -> Iterator[str]:
        with serve(site(*routers), "127.0.0.1", 0) as address:
            yield address
        self.world.close()
