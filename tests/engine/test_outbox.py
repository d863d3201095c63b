from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.backends.slack import SlackPort
from bot.backends.slack_client import web_client
from bot.messages import blocks
from bot.model import Call
from bot.sandbox.slack.seed import BOT_USER
from tests.engine.outbox_bench import Bench, bench
from tests.workspace import calls


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path) as made:
        yield made


def test_a_message_is_posted_and_then_edited_in_place(at: Bench) -> None:
    at.put("deploy:41", "running")
    at.run(1)
    assert at.texts() == ["running"]
    at.put("deploy:41", "done")
    at.run(3)
    assert at.texts() == ["done"]
    assert len(calls(at.server, "chat.postMessage")) == 1


def test_changes_that_come_fast_are_sent_as_one(at: Bench) -> None:
    at.put("deploy:41", "0")
    at.run(1)
    for number in range(1, 41):
        at.put("deploy:41", str(number))
        at.run(0.25)
    at.settle()
    assert at.texts() == ["40"]
    assert len(calls(at.server, "chat.update")) <= 9


def test_a_reply_follows_its_message_even_when_it_was_put_first(at: Bench) -> None:
    at.put("deploy:41:failed", "why", thread="deploy:41")
    at.put("deploy:41:more", "more", thread="deploy:41")
    at.put("deploy:41", "failed")
    at.settle()
    assert at.texts() == ["failed"]
    assert at.texts(thread="deploy:41") == ["why", "more"]


def test_nothing_to_do_costs_slack_nothing(at: Bench) -> None:
    at.put("deploy:41", "running")
    at.settle()
    before = len(at.server.calls())
    at.put("deploy:41", "running")
    at.run(10)
    assert len(at.server.calls()) == before


def test_blocks_that_are_refused_are_shown_plainly_from_then_on(at: Bench) -> None:
    refused = {"type": "task_card", "task_id": "1", "title": "Preflight", "status": "complete", "tint": "new"}
    at.put("deploy:41", "running", blocks=(refused,))
    with capture_logs() as said:
        at.settle()
    (message,) = at.server.messages("deploys")
    assert message["blocks"][0]["text"]["text"] == "✓ *Preflight*"
    assert [line["event"] for line in said] == ["Slack refused the blocks of a message; showing it more plainly"]
    at.put("deploy:41", "done", blocks=(blocks.plan("p", [blocks.task("1", "Preflight", "complete")]),))
    at.settle()
    assert at.server.messages("deploys")[0]["blocks"][0]["type"] == "section"


def test_when_even_sections_are_refused_the_words_are_said(at: Bench) -> None:
    at.put("deploy:41", "running", blocks=({**blocks.section("still here"), "tint": "new"},))
    at.settle()
    (message,) = at.server.messages("deploys")
    assert (message["text"], message.get("blocks") or []) == ("still here", [])


def test_a_channel_that_does_not_exist_is_told_and_tried_again_rarely_and_holds_up_nobody(at: Bench) -> None:
    at.put("lost", "nowhere", channel="#deplois")
    at.put("deploy:41", "running")
    with capture_logs() as said:
        at.run(60)
    assert at.texts() == ["running"]
    (line,) = said
    assert line["log_level"] == "error"
    assert line["todo"].startswith("make the channel, or correct `channels`")
    (row,) = at.outbox.pending()
    assert (row.key, row.failed) == ("lost", True)


def test_a_refused_message_goes_when_what_kept_it_is_gone(at: Bench) -> None:
    channel = at.server.hub.workspace.channels[at.server.channels["deploys"]]
    channel.kind = "private"
    channel.members.remove(BOT_USER)
    at.put("deploy:41", "running", channel=channel.id)
    at.run(5)
    channel.members.append(BOT_USER)
    at.run(590)
    assert at.texts() == []
    at.run(10)
    assert at.texts() == ["running"]


def test_a_message_that_somebody_deleted_is_left_alone(at: Bench) -> None:
    at.put("deploy:41", "running")
    at.settle()
    located = at.outbox.located("deploy:41")
    assert located is not None
    delete(at, *located)
    at.put("deploy:41", "done")
    with capture_logs() as said:
        at.settle()
    assert at.texts() == []
    assert "somebody deleted the message" in said[0]["todo"]
    at.put("deploy:41", "really done")
    at.run(5)
    assert len(calls(at.server, "chat.update")) == 1


def test_a_reply_to_a_deleted_message_is_given_up(at: Bench) -> None:
    at.put("deploy:41", "running")
    at.settle()
    located = at.outbox.located("deploy:41")
    assert located is not None
    delete(at, *located)
    at.put("deploy:41:failed", "why", thread="deploy:41")
    at.settle()
    assert at.texts() == []


def delete(at: Bench, channel: str, ts: str) -> None:
    web_client(at.server.bot_token, at.server.api_url).chat_delete(channel=channel, ts=ts)


def test_a_revoked_token_holds_everything_and_is_said_once(at: Bench) -> None:
    good = at.port
    at.port = SlackPort(web_client("xoxb-revoked", at.server.api_url))
    at.restart()
    for number in range(5):
        at.put(f"m{number}", f"m{number}", channel=at.server.channels["deploys"])
    with capture_logs() as said:
        at.run(120)
    assert len(said) == 1
    assert "SLACK_BOT_TOKEN" in said[0]["todo"]
    assert not any(row.failed for row in at.outbox.pending())
    at.port = good
    at.restart()
    at.settle()
    assert at.texts() == [f"m{number}" for number in range(5)]


@pytest.mark.parametrize("call", [Call.POST, Call.UPDATE])
def test_two_deliverers_on_one_database_do_not_double_anything(at: Bench, call: Call) -> None:
    second = Bench(at.server, at.db, at.clock)
    for number in range(10):
        at.put(f"m{number}", f"m{number}")
    if call is Call.UPDATE:
        at.settle()
        for number in range(10):
            at.put(f"m{number}", f"n{number}")
    for _ in range(200):
        at.deliverer.run_once()
        second.deliverer.run_once()
        at.clock.forward(0.25)
    prefix = "m" if call is Call.POST else "n"
    assert at.texts() == [f"{prefix}{number}" for number in range(10)]
    assert len(calls(at.server, "chat.postMessage")) == 10


def test_how_long_a_message_waited_is_counted_and_of_outages_by_itself(at: Bench) -> None:
    for key in ("deploy:41", "incident:7", "incident:7:up"):
        at.put(key, key)
    at.settle()
    assert at.deliverer.took.seen()[0][-1] == ("+Inf", 3.0)
    assert at.deliverer.alerts.seen()[0][-1] == ("+Inf", 2.0)
