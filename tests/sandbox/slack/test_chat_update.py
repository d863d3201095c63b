"""chat.update: what stays, what goes, what is refused."""

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.pieces import section
from tests.sandbox.slack.refusal import error_of

OPERATION = {"event_type": "pointsman_op", "event_payload": {"op": "41"}}
OTHER = {"event_type": "pointsman_op", "event_payload": {"op": "42"}}


@pytest.fixture
def posted(client: WebClient, deploys: str) -> str:
    blocks = [section("old", block_id="b")]
    return str(client.chat_postMessage(channel=deploys, text="old", blocks=blocks, metadata=OPERATION)["ts"])


@pytest.mark.parametrize(
    ("change", "text", "blocks", "metadata"),
    [
        ({"text": "new"}, "new", None, OPERATION),
        ({"text": "new", "blocks": [section("new", block_id="c")]}, "new", "new", OPERATION),
        ({"text": "new", "blocks": []}, "new", None, OPERATION),
        ({"metadata": OTHER}, "old", "old", OTHER),
        ({"text": "new", "metadata": OTHER}, "new", None, OTHER),
    ],
    ids=["text alone drops the blocks", "both", "no blocks wanted", "metadata alone keeps both", "text and metadata"],
)
def test_an_update_replaces_what_it_names(
    server: Server, client: WebClient, deploys: str, posted: str, change: Any, text: str, blocks: Any, metadata: Any
) -> None:
    client.api_call("chat.update", json={"channel": deploys, "ts": posted, **change})
    [message] = server.messages("deploys")
    assert message["text"] == text
    assert (message["blocks"][0]["text"]["text"] if "blocks" in message else None) == blocks
    assert message["metadata"] == metadata


def test_an_update_keeps_the_place_and_says_that_it_was_edited(
    server: Server, client: WebClient, deploys: str, posted: str
) -> None:
    client.chat_postMessage(channel=deploys, text="after")
    answer = client.chat_update(channel=deploys, ts=posted, text="new")
    assert (answer["ts"], answer["text"]) == (posted, "new")
    first, _ = server.messages("deploys")
    assert first["text"] == "new"
    assert first["edited"]["user"] == server.hub.app.bot_user


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"text": "x" * 4001}, "msg_too_long"),
        ({"text": ""}, "no_text"),
        ({}, "no_text"),
        ({"ts": "1.000001", "text": "x"}, "message_not_found"),
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"text": "x", "blocks": [{"type": "divider", "colour": "red"}]}, "invalid_blocks"),
        ({"text": "x", "metadata": "[]"}, "invalid_metadata_format"),
    ],
)
def test_a_bad_update_leaves_the_message_as_it_was(
    server: Server, client: WebClient, deploys: str, posted: str, change: dict[str, Any], error: str
) -> None:
    before = server.messages("deploys")
    assert error_of(client.api_call, "chat.update", json={"channel": deploys, "ts": posted, **change}) == error
    assert server.messages("deploys") == before


def test_text_of_exactly_4000_characters_is_taken(client: WebClient, deploys: str, posted: str) -> None:
    assert client.chat_update(channel=deploys, ts=posted, text="x" * 4000)["ok"]


def test_somebody_elses_message_is_not_for_the_app_to_change(server: Server, client: WebClient, deploys: str) -> None:
    theirs = server.post("ana", "hers")["ts"]
    assert error_of(client.chat_update, channel=deploys, ts=theirs, text="x") == "cant_update_message"
