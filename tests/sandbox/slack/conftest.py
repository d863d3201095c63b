"""A running workspace, the real client, and a clock that only a test moves."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from bot.sandbox.slack.server import Seed, Server
from tests.sandbox.slack.apps import web_client


class HandClock:
    """Seconds since 1970, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_763_679_600.0

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def server(clock: HandClock) -> Iterator[Server]:
    running = Server(Seed.demo(), clock=clock)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(server: Server) -> WebClient:
    return web_client(server)


@pytest.fixture
def deploys(server: Server) -> str:
    """The id of a channel that the app is in."""
    return server.channels["deploys"]
