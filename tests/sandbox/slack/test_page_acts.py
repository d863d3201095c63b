"""What a person does on the page, through the same endpoints as the page."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from slack_bolt import Ack
from slack_sdk import WebClient

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.apps import bolt_app, by_socket
from tests.sandbox.slack.pieces import actions, button, field, modal, options, text_field
from tests.waiting import eventually

Json = dict[str, Any]
ANA = "U0000000ANA"


@pytest.fixture
def post(server: Server) -> Iterator[Callable[..., Json]]:
    with requests.Session() as session:

        def posting(path: str, **body: Any) -> Json:
            return dict(session.post(server.url + path, json=body, timeout=5).json())

        yield posting


@pytest.fixture
def heard(server: Server) -> Iterator[list[Json]]:
    """What an app hears that acknowledges everything, and refuses one form."""
    app, bodies = bolt_app(server), []

    @app.command("/deploy")
    def deploy(ack: Ack, body: Json) -> None:
        bodies.append(body)
        ack()

    @app.action("go")
    def go(ack: Ack, body: Json) -> None:
        bodies.append(body)
        ack()

    @app.view("form")
    def form(ack: Ack, body: Json) -> None:
        bodies.append(body)
        ack(response_action="errors", errors={"reason": "Say more."})

    @app.options("ref")
    def refs(ack: Ack, payload: Json) -> None:
        ack(options=options(payload["value"]))

    with by_socket(server, app):
        yield bodies


def opened(server: Server, client: WebClient, *blocks: Json) -> str:
    trigger = server.hub.triggers.new(ANA)
    return str(client.views_open(trigger_id=trigger, view=modal(*blocks, callback_id="form"))["view"]["id"])


def test_a_command_is_answered_when_it_was_acknowledged(
    post: Callable[..., Json], heard: list[Json], deploys: str
) -> None:
    assert post("/page/command", user=ANA, channel=deploys, command="/deploy", text="shop") == {"ok": True}
    assert (heard[0]["text"], heard[0]["user_name"]) == ("shop", "ana")


def test_a_command_that_fails_says_how(post: Callable[..., Json], deploys: str) -> None:
    answer = post("/page/command", user=ANA, channel=deploys, command="/deploy", text="")
    assert answer == {"ok": False, "error": "dispatch_failed"}


def test_a_message_is_posted_and_may_be_a_reply(server: Server, post: Callable[..., Json], deploys: str) -> None:
    root = post("/page/message", user=ANA, channel=deploys, text="root")["ts"]
    post("/page/message", user=ANA, channel=deploys, text="reply", thread_ts=root)
    assert [row["text"] for row in server.messages("deploys", thread_ts=root)] == ["root", "reply"]


def test_a_button_is_pressed(
    server: Server, client: WebClient, post: Callable[..., Json], heard: list[Json], deploys: str
) -> None:
    blocks = [text_field("reason"), actions(button(value="41"), block_id="b")]
    ts = client.chat_postMessage(channel=deploys, text="x", blocks=blocks)["ts"]
    answer = post(
        "/page/action",
        user=ANA,
        container={"type": "message", "channel": deploys, "ts": ts},
        action={"type": "button", "action_id": "go", "block_id": "b", "value": "41"},
        state={"values": {"reason": {"text": {"type": "plain_text_input", "value": "hotfix"}}}},
    )
    assert answer == {"ok": True}
    assert heard[0]["actions"][0]["value"] == "41"
    assert heard[0]["state"]["values"]["reason"]["text"]["value"] == "hotfix"


def test_a_form_is_sent_and_its_errors_come_back(
    server: Server, client: WebClient, post: Callable[..., Json], heard: list[Json]
) -> None:
    view_id = opened(server, client)
    missing = post("/page/view/submit", user=ANA, view_id=view_id, values={})
    assert missing == {"ok": False, "errors": {"reason": "Please complete this required field."}}
    values = {"reason": {"text": {"type": "plain_text_input", "value": "x"}}}
    refused = post("/page/view/submit", user=ANA, view_id=view_id, values=values)
    assert refused == {"ok": False, "errors": {"reason": "Say more."}}
    assert len(heard) == 1
    assert post("/page/view/close", user=ANA, view_id=view_id) == {"ok": True}
    assert server.modals("ana") == []


@pytest.mark.parametrize("by", ["view_id", "container"])
def test_options_are_suggested(
    server: Server, client: WebClient, post: Callable[..., Json], heard: list[Json], by: str
) -> None:
    view_id = opened(server, client, field("ref", {"type": "external_select", "action_id": "ref"}))
    where: Json = {"view_id": view_id} if by == "view_id" else {"container": {"type": "view", "view_id": view_id}}
    answer = post("/page/suggest", user=ANA, action_id="ref", block_id="ref", value="1.1", **where)
    assert answer["options"][0]["value"] == "1.1"


def test_suggestions_that_did_not_come_say_why(server: Server, client: WebClient, post: Callable[..., Json]) -> None:
    view_id = opened(server, client, field("ref", {"type": "external_select", "action_id": "ref"}))
    answer = post("/page/suggest", user=ANA, view_id=view_id, action_id="ref", block_id="ref", value="1")
    assert answer == {"options": [], "error": "dispatch_failed"}


MESSAGE = {"type": "message", "channel": "C00DEPLOYS0", "ts": "1.000001"}
PRESS = {"type": "button", "action_id": "go", "block_id": "b"}
WRONG: list[tuple[str, Json, str]] = [
    ("/page/command", {"user": "U0NOBODY", "channel": "C00DEPLOYS0", "command": "/x"}, "user_not_found"),
    ("/page/command", {"user": ANA, "channel": "C0NOWHERE", "command": "/x"}, "channel_not_found"),
    ("/page/command", {"user": ANA, "channel": "C00DEPLOYS0"}, "invalid_arguments"),
    ("/page/message", {"user": ANA, "channel": "C00DEPLOYS0", "text": ""}, "invalid_arguments"),
    (
        "/page/message",
        {"user": ANA, "channel": "C00DEPLOYS0", "text": "x", "thread_ts": "1.000001"},
        "thread_not_found",
    ),
    ("/page/action", {"user": ANA, "container": MESSAGE, "action": PRESS}, "message_not_found"),
    ("/page/action", {"user": ANA, "container": "here", "action": PRESS}, "invalid_arguments"),
    ("/page/action", {"user": ANA, "container": {"type": "view"}, "action": PRESS}, "not_found"),
    ("/page/action", {"user": ANA, "container": {"type": "message"}, "action": PRESS}, "message_not_found"),
    ("/page/view/submit", {"user": ANA, "view_id": "V0NOWHERE", "values": {}}, "not_found"),
    ("/page/view/submit", {"user": ANA, "view_id": "V0NOWHERE", "values": {"b": "text"}}, "invalid_arguments"),
    ("/page/view/close", {"user": ANA, "view_id": "V0NOWHERE"}, "not_found"),
    ("/page/faults", {"kind": "gremlins"}, "invalid_arguments"),
    ("/page/faults", {"kind": "slow", "seconds": "long"}, "invalid_arguments"),
    ("/page/sockets/drop", {"reason": "tired"}, "invalid_arguments"),
]


@pytest.mark.parametrize(("path", "body", "error"), WRONG, ids=[f"{path} {error}" for path, _, error in WRONG])
def test_an_act_that_makes_no_sense_is_refused(
    server: Server, heard: list[Json], post: Callable[..., Json], path: str, body: Json, error: str
) -> None:
    answer = post(path, **body)
    assert (answer["ok"], answer["error"]) == (False, error)


def test_an_action_needs_a_known_element(
    server: Server, client: WebClient, post: Callable[..., Json], deploys: str
) -> None:
    ts = client.chat_postMessage(channel=deploys, text="x", blocks=[actions(button())])["ts"]
    where = {"type": "message", "channel": deploys, "ts": ts}
    for action in ({"type": "lever", "action_id": "go"}, {"type": "button"}):
        assert post("/page/action", user=ANA, container=where, action=action)["error"] == "invalid_action"


def test_faults_are_added_listed_and_cleared(server: Server, post: Callable[..., Json]) -> None:
    url = server.url + "/page/faults"
    requests.post(
        url, json={"method": "chat.postMessage", "kind": "rate_limited", "retry_after": 7, "times": 2}, timeout=5
    )
    [fault] = requests.get(url, timeout=5).json()
    assert (fault["method"], fault["kind"], fault["retry_after"], fault["times"]) == (
        "chat.postMessage",
        "rate_limited",
        7,
        2,
    )
    assert requests.delete(url, timeout=5).json() == []
    assert server.faults.shown() == []


def test_sockets_are_dropped_from_the_page(server: Server, post: Callable[..., Json], heard: list[Json]) -> None:
    assert post("/page/sockets/drop", reason=None) == {"ok": True, "dropped": 1}
    eventually(lambda: server.sockets == 0)
