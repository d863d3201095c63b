"""Slack on a bad day: each message is there exactly once, and its newest version shows in the end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.backends.slack import SlackPort
from bot.backends.slack_client import web_client
from bot.engine.clock import SystemClock
from bot.engine.outbox import Deliverer, Port
from bot.errors import SlackUnclear
from bot.model import Content, Outgoing
from bot.state.outbox import Outbox
from tests.engine.outbox_bench import Bench, bench
from tests.waiting import eventually
from tests.workspace import calls, operations, workspace


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path) as made:
        yield made


def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(at: Bench) -> None:
    at.server.faults.add("chat.postMessage", kind="lost_reply", times=1)
    at.put("deploy:41", "running")
    at.run(2)
    assert at.outbox.located("deploy:41") is None
    at.settle()
    assert at.texts() == ["running"]
    assert len(calls(at.server, "chat.postMessage")) == 1


def test_what_came_meanwhile_is_shown_in_a_message_that_was_found(at: Bench) -> None:
    at.server.faults.add("chat.postMessage", kind="lost_reply", times=1)
    at.put("deploy:41", "running")
    at.run(1)
    at.put("deploy:41", "done")
    at.settle()
    assert at.texts() == ["done"]


def test_a_reply_whose_answer_was_lost_is_found_in_its_thread_and_keeps_its_place(at: Bench) -> None:
    at.put("deploy:41", "failed")
    at.settle()
    at.server.faults.add("chat.postMessage", kind="lost_reply", times=1)
    at.put("first", "first", thread="deploy:41")
    at.put("second", "second", thread="deploy:41")
    at.settle()
    assert at.texts(thread="deploy:41") == ["first", "second"]


def test_a_post_that_slack_failed_to_store_is_repeated_after_a_look(at: Bench) -> None:
    at.server.faults.add("chat.postMessage", kind="server_error", times=2)
    at.put("deploy:41", "running")
    at.settle()
    assert at.texts() == ["running"]
    assert len(calls(at.server, "conversations.history")) == 2


def test_a_lost_answer_to_an_update_is_simply_repeated(at: Bench) -> None:
    at.put("deploy:41", "running")
    at.settle()
    at.server.faults.add("chat.update", kind="lost_reply", times=1)
    at.put("deploy:41", "done")
    at.settle()
    assert at.texts() == ["done"]
    assert len(calls(at.server, "conversations.history")) == 0


def test_when_looking_is_not_allowed_it_is_said_again_rather_than_never(at: Bench) -> None:
    at.server.faults.add("chat.postMessage", kind="server_error", times=1)
    channel = at.server.hub.workspace.channels[at.server.channels["general"]]
    at.put("deploy:41", "running", channel=channel.id)
    with capture_logs() as said:
        at.settle()
    assert at.texts("general") == ["running"]
    assert "cannot be looked for" in " ".join(line["event"] for line in said)


def test_after_a_429_slack_is_left_alone_as_long_as_it_asked(at: Bench) -> None:
    at.server.faults.add("chat.postMessage", kind="rate_limited", retry_after=30, times=1)
    for number in range(3):
        at.put(f"m{number}", f"m{number}")
    at.run(29.75)
    assert len(calls(at.server, "chat.postMessage")) == 1
    at.settle()
    assert at.texts() == ["m0", "m1", "m2"]


def test_a_message_on_which_slack_always_fails_does_not_hold_up_its_channel(at: Bench) -> None:
    at.port = Choking(at.port)
    at.restart()
    at.put("bad", "choke on this")
    at.put("good", "good")
    at.run(240)
    assert "good" in at.texts()
    (row,) = at.outbox.pending()
    assert (row.key, row.failed, row.level) == ("bad", True, 2)


class Choking:
    """Slack with a bug: it fails on one text."""

    def __init__(self, inner: Port) -> None:
        self._inner = inner
        self.update, self.find = inner.update, inner.find

    def post(self, channel: str, content: Content, op: str, thread_ts: str | None = None) -> tuple[str, str]:
        if "choke" in content.text:
            raise SlackUnclear("Slack answered 500 internal_error")
        return self._inner.post(channel, content, op, thread_ts)


def test_an_hour_without_slack_loses_nothing_doubles_nothing_and_is_said_once(at: Bench) -> None:
    at.put("deploy:41", "running")
    at.settle()
    at.server.faults.add("*", kind="away")
    with capture_logs() as said:
        for minute in range(60):
            at.put(f"m{minute}", f"m{minute}")
            at.put(f"r{minute}", f"r{minute}", thread="deploy:41")
            at.put("deploy:41", f"running for {minute} min")
            at.run(60)
        at.server.faults.clear()
        at.settle()
    assert at.texts() == ["running for 59 min", *(f"m{minute}" for minute in range(60))]
    assert at.texts(thread="deploy:41") == [f"r{minute}" for minute in range(60)]
    assert len(set(operations(at.server, "deploys"))) == 61
    assert [line["event"] for line in said] == [
        "Slack does not take messages; they are kept and sent later",
        "Slack takes messages again",
    ]


def test_nobody_listening_needs_no_search_and_slack_is_back_within_half_a_minute(at: Bench) -> None:
    at.port = Line(at.port, SlackPort(web_client(at.server.bot_token, "http://127.0.0.1:9/api/")))
    at.restart()
    at.put("deploy:41", "running")
    with capture_logs() as said:
        at.run(600)
        at.port.up = True
        at.run(30)
    assert at.texts() == ["running"]
    assert len(said) == 2
    assert calls(at.server, "conversations.history") == []


class Line:
    """The way to Slack, at first to nowhere."""

    def __init__(self, there: Port, nowhere: Port) -> None:
        self._there, self._nowhere = there, nowhere
        self.up = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._there if self.up else self._nowhere, name)


def test_an_answer_that_comes_after_we_gave_up_is_found(tmp_path: Path) -> None:
    """On true clocks: Slack carries the call out when nobody waits for it any more."""
    with bench(tmp_path) as at, workspace() as server:
        client = web_client(server.bot_token, server.api_url)
        client.timeout = 1
        outbox, clock = Outbox(at.db), SystemClock()
        deliverer = Deliverer(outbox, SlackPort(client), clock)
        server.faults.add("chat.postMessage", kind="slow", seconds=2, times=1)
        outbox.put(Outgoing("deploy:41", "#deploys", Content("running")), clock.now())
        eventually(lambda: deliverer.run_once() >= 0 and not outbox.pending())
        assert [message["text"] for message in server.messages("deploys")] == ["running"]
