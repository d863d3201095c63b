"""Who may call what: tokens, scopes, arguments, unknown methods."""

import json
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.pieces import manifest, with_scopes
from tests.sandbox.slack.refusal import error_of, refusal


def test_auth_test_says_who_the_app_is(server: Server, client: WebClient) -> None:
    answer = client.auth_test()
    told = {name: answer[name] for name in ("user_id", "bot_id", "team_id", "team", "user")}
    assert told == {
        "user_id": server.hub.app.bot_user,
        "bot_id": server.hub.app.bot_id,
        "team_id": "T00SANDBOX0",
        "team": "Sandbox workspace",
        "user": "pointsman",
    }


@pytest.mark.parametrize(
    ("token", "error"),
    [(None, "not_authed"), ("xoxb-wrong", "invalid_auth"), ("xapp-sandbox-app", "not_allowed_token_type")],
)
def test_a_wrong_token_is_refused_by_its_name(server: Server, token: str | None, error: str) -> None:
    stranger = WebClient(token, base_url=server.api_url, retry_handlers=[])
    assert error_of(stranger.auth_test) == error


def test_sockets_are_for_the_app_token_only(server: Server) -> None:
    client = WebClient(base_url=server.api_url)
    assert error_of(client.apps_connections_open, app_token=server.bot_token) == "not_allowed_token_type"
    assert client.apps_connections_open(app_token=server.app_token)["url"].startswith("ws://127.0.0.1:")


def test_a_token_may_be_an_argument(server: Server) -> None:
    body = urllib.request.urlopen(f"{server.api_url}auth.test?token={server.bot_token}").read()
    assert json.loads(body)["ok"]


def test_an_unknown_method_is_named(client: WebClient) -> None:
    answer = refusal(client.api_call, "chat.shout")
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.shout")


def test_api_test_gives_back_what_it_got(client: WebClient) -> None:
    assert client.api_test(foo="bar")["args"]["foo"] == "bar"
    assert error_of(client.api_test, error="my_error") == "my_error"


CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", {"channel": "#deploys", "text": "x"}, "chat:write"),
    ("chat.update", {"channel": "#deploys", "ts": "1.0", "text": "x"}, "chat:write"),
    ("chat.postEphemeral", {"channel": "#deploys", "user": "U0000000ANA", "text": "x"}, "chat:write"),
    ("users.info", {"user": "U0000000ANA"}, "users:read"),
    ("users.list", {}, "users:read"),
    ("usergroups.list", {}, "usergroups:read"),
    ("usergroups.users.list", {"usergroup": "S0000LEADS0"}, "usergroups:read"),
    ("reactions.add", {"channel": "#deploys", "timestamp": "1.0", "name": "eyes"}, "reactions:write"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "files:write"),
    ("conversations.join", {"channel": "#general"}, "channels:join"),
    ("conversations.history", {"channel": "C00DEPLOYS0"}, "channels:history"),
    ("conversations.list", {}, "channels:read"),
    ("conversations.info", {"channel": "C00DEPLOYS0"}, "channels:read"),
]


@pytest.mark.parametrize(("method", "args", "scope"), CALLS, ids=[method for method, _, _ in CALLS])
def test_a_call_needs_its_scope(
    server: Server, client: WebClient, method: str, args: dict[str, Any], scope: str
) -> None:
    server.register(with_scopes("app_mentions:read"))
    answer = refusal(client.api_call, method, json=args)
    assert answer["error"] == "missing_scope"
    assert scope in answer["needed"].split(",")
    assert answer["provided"] == "app_mentions:read,commands"
    server.register(with_scopes(scope))
    answer = client.api_call("auth.test")
    assert answer.headers["x-oauth-scopes"] == ",".join(sorted(["commands", scope]))


@pytest.mark.parametrize("method", ["auth.test", "views.publish", "blocks.validate", "chat.getPermalink"])
def test_some_calls_need_no_scope(server: Server, client: WebClient, method: str) -> None:
    server.register(with_scopes())
    answer = client.api_call("auth.test") if method == "auth.test" else refusal(client.api_call, method, json={})
    assert answer.get("error") != "missing_scope"


def test_listing_private_channels_needs_a_scope_of_its_own(server: Server, client: WebClient) -> None:
    server.register(manifest())
    assert client.conversations_list()["ok"]
    answer = refusal(client.conversations_list, types="public_channel,private_channel")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:read")


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[]", "application/json; charset=utf-8", "json_not_object"),
        (b"channel=%23deploys", "application/x-www-form-urlencoded", "no_text"),
        (b'{"channel": {"id": 1}, "text": "x"}', "application/json", "invalid_arguments"),
        (b'{"text": "x"}', "application/json", "invalid_arguments"),
        (b"\xff\xfe", "application/json", "invalid_json"),
        (b"", "text/plain", "invalid_arguments"),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(server: Server, body: bytes, content_type: str, error: str) -> None:
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {server.bot_token}"}
    request = urllib.request.Request(server.api_url + "chat.postMessage", data=body, headers=headers)
    with urllib.request.urlopen(request) as answer:
        assert json.loads(answer.read())["error"] == error


def test_a_form_carries_blocks_as_json_text(server: Server, client: WebClient) -> None:
    blocks = json.dumps([{"type": "divider"}])
    client.api_call(
        "chat.postMessage", data={"channel": "#deploys", "text": "x", "blocks": blocks, "reply_broadcast": 1}
    )
    assert server.messages("deploys")[0]["blocks"][0]["type"] == "divider"


def test_calls_are_remembered_without_the_token(server: Server, client: WebClient) -> None:
    client.api_call("auth.test", data={"token": server.bot_token, "note": "n"})
    client.chat_postMessage(channel="#deploys", text="x")
    assert [call.method for call in server.calls()] == ["auth.test", "chat.postMessage"]
    [call] = server.calls("auth.test")
    assert call.args == {"note": "n"}
    assert call.response["ok"]


@pytest.mark.parametrize(
    ("args", "answer"),
    [
        ({"blocks": [{"type": "divider"}]}, None),
        ({"message": {"blocks": [{"type": "divider"}]}}, None),
        ({"view": {"type": "home", "blocks": [{"type": "divider"}]}}, None),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"message": {"blocks": [{"type": "section"}]}}, "invalid_message"),
        ({"view": {"type": "modal", "blocks": []}}, "invalid_view"),
        ({}, "invalid_arguments"),
        ({"blocks": [], "view": {}}, "invalid_arguments"),
    ],
)
def test_blocks_can_be_validated_without_posting(
    server: Server, client: WebClient, args: dict[str, Any], answer: str | None
) -> None:
    if answer is None:
        assert client.api_call("blocks.validate", json=args)["ok"]
    else:
        assert error_of(client.api_call, "blocks.validate", json=args) == answer
    assert server.messages("deploys") == []


def test_validation_gives_the_pointer_of_each_problem(client: WebClient) -> None:
    answer = refusal(client.blocks_validate, blocks=[{"type": "header", "text": {"type": "plain_text", "text": ""}}])
    assert answer["errors"] == [
        {"pointer": "/blocks/0/text/text", "code": "invalid", "message": "must be more than 0 characters"}
    ]
