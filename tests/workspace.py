"""A Slack workspace for tests that speak the true protocol."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bot.backends.slack import SlackPort
from bot.backends.slack_client import web_client
from bot.sandbox.slack.server import Seed, Server


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


def operations(server: Server, channel: str, thread_ts: str | None = None) -> list[str]:
    """The operation ids of the bot's messages in a channel or thread, in the order in which they stand there."""
    found = [message.get("metadata") or {} for message in server.messages(channel, thread_ts=thread_ts)]
    return [metadata["event_payload"]["op"] for metadata in found if metadata.get("event_type") == "pointsman"]


def calls(server: Server, method: str) -> list[dict[str, Any]]:
    """The arguments of every call of a method, in their order."""
    return [seen.args for seen in server.calls(method)]
