"""chat.postMessage, postEphemeral, delete and getPermalink, as the real client sees them."""

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.pieces import actions, button, section
from tests.sandbox.slack.refusal import error_of, refusal

OPERATION = {"event_type": "pointsman_op", "event_payload": {"op": "41"}}


def test_a_posted_message_is_seen_by_everybody_in_the_channel(server: Server, client: WebClient, deploys: str) -> None:
    answer = client.chat_postMessage(channel=deploys, text="Deploy 41", blocks=[section("*Deploy 41*")])
    [message] = server.messages("deploys")
    assert message["ts"] == answer["ts"] == answer["message"]["ts"]
    assert (message["text"], message["bot_id"]) == ("Deploy 41", server.hub.app.bot_id)
    assert message["blocks"][0]["text"]["text"] == "*Deploy 41*"


def test_blocks_and_elements_without_ids_get_some(client: WebClient, deploys: str) -> None:
    bare = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "url": None}
    answer = client.chat_postMessage(channel=deploys, text="x", blocks=[actions(bare)])
    [block] = answer["message"]["blocks"]
    assert len(block["block_id"]) == 5
    assert block["elements"][0]["action_id"]
    assert "url" not in block["elements"][0]


@pytest.mark.parametrize("name", ["#deploys", "deploys", "C00DEPLOYS0"])
def test_a_channel_may_be_named_or_given_by_id(client: WebClient, name: str) -> None:
    assert client.chat_postMessage(channel=name, text="hi")["channel"] == "C00DEPLOYS0"


def test_a_message_to_a_person_goes_to_their_direct_conversation(server: Server, client: WebClient) -> None:
    first = client.chat_postMessage(channel=server.users["ana"], text="one")
    second = client.chat_postMessage(channel=server.users["ana"], text="two")
    assert first["channel"] == second["channel"]
    assert first["channel"].startswith("D")
    assert [row["text"] for row in server.messages("ana")] == ["one", "two"]


def test_timestamps_rise_even_when_the_clock_stands_still(client: WebClient, deploys: str) -> None:
    stamps = [client.chat_postMessage(channel=deploys, text=str(number))["ts"] for number in range(5)]
    assert stamps == sorted(set(stamps))
    assert all(len(stamp.partition(".")[2]) == 6 for stamp in stamps)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "#deploys", "text": ""}, "no_text"),
        ({"channel": "#deploys", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "#deploys", "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"channel": "#deploys", "markdown_text": "x", "text": "x"}, "markdown_text_conflict"),
        ({"channel": "#general", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "#deploys", "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
        ({"channel": "#deploys", "text": "x", "metadata": {"event_payload": {}}}, "invalid_metadata_format"),
        ({"channel": "#deploys", "text": "x", "blocks": "not json"}, "invalid_blocks_format"),
        ({"channel": "#deploys", "text": "x", "blocks": '{"type": "section"}'}, "invalid_blocks_format"),
        ({"channel": "#deploys", "text": "x", "attachments": '"text"'}, "invalid_attachments"),
        ({"channel": "#deploys", "text": "x", "blocks": [section("y" * 2999)] * 5}, "msg_blocks_too_long"),
    ],
)
def test_what_slack_would_not_post_is_refused_by_its_name(
    client: WebClient, server: Server, given: dict[str, Any], error: str
) -> None:
    assert error_of(client.api_call, "chat.postMessage", json=given) == error
    assert server.messages("deploys") == []


def test_metadata_that_is_too_large_is_refused(client: WebClient, deploys: str) -> None:
    large = {"event_type": "big", "event_payload": {"log": "x" * 17_000}}
    assert error_of(client.chat_postMessage, channel=deploys, text="x", metadata=large) == "metadata_too_large"


def test_bad_blocks_are_refused_with_the_place_of_each_problem(client: WebClient, deploys: str) -> None:
    blocks = [section("x" * 3001), {"type": "section"}, {"type": "sectoin"}]
    answer = refusal(client.chat_postMessage, channel=deploys, text="x", blocks=blocks)
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == [
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        "must have at least one of: text, fields [json-pointer:/blocks/1]",
        "unsupported type: sectoin [json-pointer:/blocks/2/type]",
    ]
    assert answer["response_metadata"]["messages"][0] == f"[ERROR] {answer['errors'][0]}"


def test_a_reply_makes_its_root_a_thread(server: Server, client: WebClient, deploys: str) -> None:
    root = client.chat_postMessage(channel=deploys, text="root")["ts"]
    reply = client.chat_postMessage(channel=deploys, text="reply", thread_ts=root)
    nested = client.chat_postMessage(channel=deploys, text="reply to the reply", thread_ts=reply["ts"])
    assert nested["message"]["thread_ts"] == root
    thread = server.messages("deploys", thread_ts=root)
    assert [row["text"] for row in thread] == ["root", "reply", "reply to the reply"]
    assert (thread[0]["reply_count"], thread[0]["latest_reply"]) == (2, nested["ts"])


def test_a_channel_that_the_app_is_not_in_takes_messages_only_with_the_scope_for_it(
    server: Server, client: WebClient
) -> None:
    assert client.chat_postMessage(channel="#general", text="with every scope")["ok"]
    server.hub.app.scopes = frozenset({"chat:write"})
    assert error_of(client.chat_postMessage, channel="#general", text="x") == "not_in_channel"
    server.hub.app.scopes = frozenset({"chat:write", "chat:write.public"})
    assert client.chat_postMessage(channel="#general", text="public")["ok"]


def test_an_ephemeral_message_is_seen_by_one_person(server: Server, client: WebClient, deploys: str) -> None:
    answer = client.chat_postEphemeral(channel=deploys, user=server.users["ana"], text="only you")
    assert server.messages("deploys") == server.messages("deploys", user="ben") == []
    [seen] = server.messages("deploys", user="ana")
    assert (seen["text"], seen["ts"], seen["ephemeral"]) == ("only you", answer["message_ts"], True)


def test_an_ephemeral_message_is_in_no_history_and_cannot_be_changed(
    server: Server, client: WebClient, deploys: str
) -> None:
    ts = client.chat_postEphemeral(channel=deploys, user=server.users["ana"], text="only you")["message_ts"]
    assert client.conversations_history(channel=deploys)["messages"] == []
    assert error_of(client.chat_update, channel=deploys, ts=ts, text="y") == "message_not_found"
    assert error_of(client.chat_delete, channel=deploys, ts=ts) == "message_not_found"


def test_an_ephemeral_message_needs_somebody_who_is_there(server: Server, client: WebClient, deploys: str) -> None:
    assert error_of(client.chat_postEphemeral, channel=deploys, user="U0NOBODY", text="x") == "user_not_found"
    private = client.conversations_open(users=server.users["ana"])["channel"]["id"]
    ben = server.users["ben"]
    assert error_of(client.chat_postEphemeral, channel=private, user=ben, text="x") == "user_not_in_channel"


def test_the_app_takes_back_its_own_messages_only(server: Server, client: WebClient, deploys: str) -> None:
    own = client.chat_postMessage(channel=deploys, text="mine")["ts"]
    theirs = server.post("ana", "hers")["ts"]
    assert client.chat_delete(channel=deploys, ts=own)["ts"] == own
    assert error_of(client.chat_delete, channel=deploys, ts=own) == "message_not_found"
    assert error_of(client.chat_delete, channel=deploys, ts=theirs) == "cant_delete_message"
    assert [row["text"] for row in server.messages("deploys")] == ["hers"]


def test_a_permalink_names_channel_and_message(client: WebClient, deploys: str) -> None:
    root = client.chat_postMessage(channel=deploys, text="root")["ts"]
    reply = client.chat_postMessage(channel=deploys, text="reply", thread_ts=root)["ts"]
    link = client.chat_getPermalink(channel=deploys, message_ts=root)["permalink"]
    assert link.endswith(f"/archives/{deploys}/p{root.replace('.', '')}")
    threaded = client.chat_getPermalink(channel=deploys, message_ts=reply)["permalink"]
    assert threaded.endswith(f"?thread_ts={root}&cid={deploys}")
    assert error_of(client.chat_getPermalink, channel=deploys, message_ts="1.000001") == "message_not_found"


def test_a_button_keeps_what_the_app_gave_it(server: Server, client: WebClient, deploys: str) -> None:
    pressed = button("rollback", value="41", style="danger", visible_to_user_ids=["U0000000ANA"])
    client.chat_postMessage(channel=deploys, text="x", blocks=[actions(pressed, block_id="b")], metadata=OPERATION)
    [message] = server.messages("deploys")
    assert message["blocks"] == [actions(pressed, block_id="b")]
    assert message["metadata"] == OPERATION
