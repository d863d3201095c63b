"""conversations.*: lists, members, joining, history and threads."""

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.refusal import error_of

OPERATION = {"event_type": "pointsman_op", "event_payload": {"op": "41"}}


def said(client: WebClient, channel: str, *texts: str) -> list[str]:
    return [str(client.chat_postMessage(channel=channel, text=text, metadata=OPERATION)["ts"]) for text in texts]


def test_the_list_says_of_which_channels_the_app_is_a_member(client: WebClient) -> None:
    channels = client.conversations_list()["channels"]
    members = {channel["name"]: channel["is_member"] for channel in channels}
    assert members == {"general": False, "deploys": True, "alerts": True}


def test_the_list_comes_in_pages_that_join_up(client: WebClient) -> None:
    pages = [[channel["name"] for channel in page["channels"]] for page in client.conversations_list(limit=2)]
    assert pages == [["general", "deploys"], ["alerts"]]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"cursor": "nonsense"}, "invalid_cursor"),
        ({"limit": 0}, "invalid_limit"),
        ({"types": "secret"}, "invalid_types"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(client: WebClient, given: dict[str, Any], error: str) -> None:
    assert error_of(client.conversations_list, **given) == error


def test_direct_conversations_are_listed_on_request_only(server: Server, client: WebClient) -> None:
    client.chat_postMessage(channel=server.users["ana"], text="hi")
    assert all(not channel.get("is_im") for channel in client.conversations_list()["channels"])
    [direct] = client.conversations_list(types="im")["channels"]
    assert direct["user"] == server.users["ana"]


def test_info_tells_topic_and_members(server: Server, client: WebClient, deploys: str) -> None:
    channel = client.conversations_info(channel=deploys)["channel"]
    assert channel["topic"]["value"] == "What goes where, and when"
    assert channel["num_members"] == 5
    assert server.users["ana"] in client.conversations_members(channel=deploys)["members"]
    assert error_of(client.conversations_info, channel="C0NOWHERE") == "channel_not_found"


def test_joining_opens_the_history(server: Server, client: WebClient) -> None:
    general = server.channels["general"]
    server.post("ana", "before the app came", channel="general")
    assert error_of(client.conversations_history, channel=general) == "not_in_channel"
    assert client.conversations_join(channel=general)["channel"]["is_member"]
    assert client.conversations_join(channel=general)["warning"] == "already_in_channel"
    assert client.conversations_history(channel=general)["messages"][0]["text"] == "before the app came"


def test_opening_a_direct_conversation_twice_gives_the_same(server: Server, client: WebClient) -> None:
    first = client.conversations_open(users=server.users["ana"])["channel"]["id"]
    again = client.conversations_open(users=[server.users["ana"]], return_im=True)["channel"]
    assert (again["id"], again["user"]) == (first, server.users["ana"])
    assert client.conversations_open(channel=first)["channel"]["id"] == first


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("", "users_list_not_supplied"),
        ("U0NOBODY", "user_not_found"),
        ("U0000000ANA,U0000000BEN", "method_not_supported_for_channel_type"),
    ],
)
def test_only_conversations_with_one_person_are_opened(client: WebClient, users: str, error: str) -> None:
    assert error_of(client.api_call, "conversations.open", json={"users": users}) == error


def test_history_is_newest_first_and_leaves_replies_out(client: WebClient, deploys: str) -> None:
    first, _ = said(client, deploys, "one", "two")
    client.chat_postMessage(channel=deploys, text="reply", thread_ts=first)
    client.chat_postMessage(channel=deploys, text="shouted reply", thread_ts=first, reply_broadcast=True)
    history = client.conversations_history(channel=deploys)
    assert [row["text"] for row in history["messages"]] == ["shouted reply", "two", "one"]
    assert history["messages"][-1]["reply_count"] == 2
    assert history["has_more"] is False


@pytest.mark.parametrize(
    ("oldest", "latest", "inclusive", "seen"),
    [
        (None, None, False, ["4", "3", "2", "1"]),
        (1, None, False, ["4", "3"]),
        (1, None, True, ["4", "3", "2"]),
        (None, 2, False, ["2", "1"]),
        (None, 2, True, ["3", "2", "1"]),
        (0, 3, False, ["3", "2"]),
    ],
)
def test_history_is_cut_by_oldest_and_latest(
    client: WebClient, deploys: str, oldest: int | None, latest: int | None, inclusive: bool, seen: list[str]
) -> None:
    stamps = said(client, deploys, "1", "2", "3", "4")
    bounds = {name: stamps[place] for name, place in (("oldest", oldest), ("latest", latest)) if place is not None}
    history = client.conversations_history(channel=deploys, inclusive=inclusive, **bounds)  # type: ignore[arg-type]
    assert [row["text"] for row in history["messages"]] == seen


def test_metadata_is_given_only_to_who_asks_for_it(client: WebClient, deploys: str) -> None:
    [root] = said(client, deploys, "one")
    client.chat_postMessage(channel=deploys, text="reply", thread_ts=root, metadata=OPERATION)
    assert "metadata" not in client.conversations_history(channel=deploys)["messages"][0]
    asked = client.conversations_history(channel=deploys, include_all_metadata=True, limit=15, oldest="0")
    assert asked["messages"][0]["metadata"] == OPERATION
    thread = client.conversations_replies(channel=deploys, ts=root, include_all_metadata=True)
    assert [row["metadata"] for row in thread["messages"]] == [OPERATION, OPERATION]


def test_a_thread_is_its_root_and_then_its_replies(client: WebClient, deploys: str) -> None:
    root, other = said(client, deploys, "root", "another message")
    replies = [
        client.chat_postMessage(channel=deploys, text=f"reply {number}", thread_ts=root)["ts"] for number in range(3)
    ]
    thread = client.conversations_replies(channel=deploys, ts=root)["messages"]
    assert [row["text"] for row in thread] == ["root", "reply 0", "reply 1", "reply 2"]
    later = client.conversations_replies(channel=deploys, ts=root, oldest=replies[0])["messages"]
    assert [row["text"] for row in later] == ["root", "reply 1", "reply 2"]
    assert len(client.conversations_replies(channel=deploys, ts=other)["messages"]) == 1
    assert error_of(client.conversations_replies, channel=deploys, ts="1.000001") == "thread_not_found"


def test_a_reply_that_is_taken_back_is_no_longer_counted(server: Server, client: WebClient, deploys: str) -> None:
    [root] = said(client, deploys, "root")
    reply = client.chat_postMessage(channel=deploys, text="reply", thread_ts=root)["ts"]
    client.chat_delete(channel=deploys, ts=reply)
    assert server.messages("deploys")[0]["reply_count"] == 0


def test_history_needs_the_scope_of_its_kind_of_channel(server: Server, client: WebClient, deploys: str) -> None:
    direct = client.conversations_open(users=server.users["ana"])["channel"]["id"]
    server.hub.app.scopes = frozenset({"im:history"})
    assert client.conversations_history(channel=direct)["ok"]
    assert error_of(client.conversations_history, channel=deploys) == "missing_scope"


def test_a_timestamp_that_is_none_is_refused(client: WebClient, deploys: str) -> None:
    assert error_of(client.conversations_history, channel=deploys, oldest="yesterday") == "invalid_ts_oldest"
