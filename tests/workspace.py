"""A Slack workspace for tests that speak the true protocol."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.backends.slack import SlackPort
from bot.backends.slack_client import web_client
from bot.sandbox.slack.server import Seed, Server


class HandClock:
    """Moved by hand. The engine reads it as moments, the sandbox as seconds."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def __call__(self) -> float:
        return self._now.timestamp()

    def sleep(self, span: timedelta) -> None:
        self._now += span

    def forward(self, seconds: float) -> None:
        self.sleep(timedelta(seconds=seconds))


@contextmanager
def workspace(clock: Callable[[], float] = time.time, seed: Seed | None = None) -> Iterator[Server]:
    """A running server, with the demo's people and channels by default; `clock` gives seconds since 1970."""
    server = Server(seed or Seed.demo(), clock=clock)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def port_to(server: Server) -> SlackPort:
    return SlackPort(web_client(server.bot_token, server.api_url))


def standing(server: Server, channel: str, thread_ts: str | None = None) -> list[dict[str, Any]]:
    """The bot's messages in a channel, or its replies in a thread, in the order in which they stand there."""
    own = [message for message in server.messages(channel, thread_ts=thread_ts) if message.get("bot_id")]
    if thread_ts:
        return [message for message in own if message["ts"] != thread_ts]
    return [message for message in own if message.get("thread_ts") in (None, "", message["ts"])]


def operations(server: Server, channel: str, thread_ts: str | None = None) -> list[str]:
    """The operation ids of those messages."""
    return [message["metadata"]["event_payload"]["op"] for message in standing(server, channel, thread_ts)]


def calls(server: Server, method: str) -> list[dict[str, Any]]:
    """The arguments of every call of a method, in their order."""
    return [seen.args for seen in server.calls(method)]
