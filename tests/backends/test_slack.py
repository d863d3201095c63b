from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.backends.slack import SlackPort
from bot.backends.slack_client import web_client
from bot.errors import SlackBusy, SlackRefused, SlackUnclear
from bot.messages import blocks
from bot.model import Content
from bot.sandbox.slack.server import Server
from tests.workspace import calls, operations, port_to, workspace

SAID = Content("Deploy 41", (blocks.section("*Deploy 41*"),))


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with workspace() as server:
        yield server


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    yield running
    running.faults.clear()


@pytest.fixture
def port(server: Server) -> SlackPort:
    return port_to(server)


def a_minute_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


def test_the_bot_knows_who_it_is_and_asks_once(server: Server, port: SlackPort) -> None:
    before = len(calls(server, "auth.test"))
    assert port.identity().user_id.startswith("U")
    assert port.identity().bot_id.startswith("B")
    assert len(calls(server, "auth.test")) == before + 1


def test_a_post_carries_text_blocks_and_its_operation(server: Server, port: SlackPort) -> None:
    channel, ts = port.post("#deploys", SAID, "op-post")
    assert channel == server.channels["deploys"]
    message = next(message for message in server.messages("deploys") if message["ts"] == ts)
    assert message["text"] == "Deploy 41"
    assert message["blocks"][0]["text"]["text"] == "*Deploy 41*"
    assert message["metadata"] == {"event_type": "pointsman", "event_payload": {"op": "op-post"}}


def test_a_reply_goes_into_the_thread(server: Server, port: SlackPort) -> None:
    _, parent = port.post("#deploys", SAID, "op-parent")
    port.post("#deploys", SAID, "op-reply", parent)
    assert operations(server, "deploys", parent)[-1] == "op-reply"


def test_an_update_replaces_text_and_blocks_and_keeps_the_operation(server: Server, port: SlackPort) -> None:
    channel, ts = port.post("#deploys", SAID, "op-update")
    port.update(channel, ts, Content("done"), "op-update")
    message = next(message for message in server.messages("deploys") if message["ts"] == ts)
    assert message["text"] == "done"
    assert not message.get("blocks")
    assert port.find("#deploys", "op-update", a_minute_ago()) == (channel, ts)


def test_a_lost_post_is_found_by_its_operation(server: Server, port: SlackPort) -> None:
    server.faults.add("chat.postMessage", kind="lost_reply", times=1)
    with pytest.raises(SlackUnclear):
        port.post("#deploys", SAID, "op-lost")
    found = port.find("#deploys", "op-lost", a_minute_ago())
    assert found is not None
    assert found[1] in {message["ts"] for message in server.messages("deploys")}


def test_a_lost_reply_is_found_in_its_thread_only(server: Server, port: SlackPort) -> None:
    _, parent = port.post("#deploys", SAID, "op-parent-2")
    _, reply = port.post("#deploys", SAID, "op-reply-2", parent)
    assert port.find("#deploys", "op-reply-2", a_minute_ago(), parent) == (server.channels["deploys"], reply)
    assert port.find("#deploys", "op-reply-2", a_minute_ago()) is None


def test_what_was_never_said_is_not_found(port: SlackPort) -> None:
    assert port.find("#deploys", "op-never", a_minute_ago()) is None


def test_what_was_said_before_is_not_looked_at(port: SlackPort) -> None:
    port.post("#deploys", SAID, "op-old")
    assert port.find("#deploys", "op-old", datetime.now(UTC) + timedelta(minutes=1)) is None


def test_a_search_goes_on_page_after_page() -> None:
    with workspace() as server:
        port = port_to(server)
        _, first = port.post("#deploys", SAID, "op-first")
        for number in range(450):
            server.post("ana", f"chatter {number}", channel="deploys")
        assert port.find("#deploys", "op-first", a_minute_ago()) == (server.channels["deploys"], first)
        assert len(calls(server, "conversations.history")) == 3


def test_a_channel_found_by_name_is_joined_so_that_it_can_be_searched(server: Server, port: SlackPort) -> None:
    port.post("#general", SAID, "op-general")
    assert port.find("#general", "op-general", a_minute_ago()) is not None
    assert calls(server, "conversations.join")[-1]["channel"] == server.channels["general"]


def test_a_name_is_looked_up_once(server: Server, port: SlackPort) -> None:
    before = len(calls(server, "conversations.list"))
    assert [port.resolve("#alerts") for _ in range(3)] == [server.channels["alerts"]] * 3
    assert port.resolve(server.channels["general"]) == server.channels["general"]
    assert len(calls(server, "conversations.list")) == before + 1


def test_a_channel_that_does_not_exist_is_said_in_words_and_not_asked_for_all_the_time(
    server: Server, port: SlackPort
) -> None:
    for _ in range(3):
        with pytest.raises(SlackRefused, match="no channel is called #deplois"):
            port.post("#deplois", SAID, "op-nowhere")
    assert len([args for args in calls(server, "conversations.list") if args["types"] == "private_channel"]) <= 1


@pytest.mark.parametrize(
    ("kind", "error"), [("rate_limited", SlackBusy), ("server_error", SlackUnclear), ("away", SlackUnclear)]
)
def test_each_trouble_is_an_error_of_its_own(
    server: Server, port: SlackPort, kind: str, error: type[Exception]
) -> None:
    port.resolve("#deploys")
    server.faults.add("chat.postMessage", kind=kind, retry_after=7)
    with pytest.raises(error) as raised:
        port.post("#deploys", SAID, "op-trouble")
    if isinstance(raised.value, SlackBusy):
        assert raised.value.retry_after == 7


def test_blocks_that_slack_does_not_take_are_refused_with_the_reason(port: SlackPort) -> None:
    with pytest.raises(SlackRefused) as raised:
        port.post("#deploys", Content("t", ({"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},)), "o")
    assert raised.value.code == "invalid_blocks"
    assert "3001" in raised.value.detail or "text" in raised.value.detail


def test_a_wrong_token_is_refused(server: Server) -> None:
    with pytest.raises(SlackRefused, match="invalid_auth"):
        SlackPort(web_client("xoxb-wrong", server.api_url)).identity()


def test_groups_come_with_their_members(server: Server, port: SlackPort) -> None:
    groups = {group.handle: group for group in port.groups()}
    assert groups["oncall"].members == {server.users["cid"], server.users["lea"]}
    assert groups["leads"].id.startswith("S")
