"""Events: the home tab is opened, somebody writes, somebody mentions the app."""

from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.apps import bolt_app, by_socket
from tests.sandbox.slack.pieces import home, manifest
from tests.waiting import eventually


def app_that_hears(server: Server, *names: str) -> tuple[App, list[dict[str, Any]]]:
    app, heard = bolt_app(server, ignoring_self_events_enabled=False), []
    for name in names:
        app.event(name)(lambda body: heard.append(body))
    return app, heard


def subscribed(server: Server, *events: str) -> None:
    body = manifest()
    body["oauth_config"]["scopes"]["bot"] += ["app_mentions:read", "im:history", "groups:history"]
    body["settings"]["event_subscriptions"] = {"bot_events": list(events)}
    server.register(body)


def test_opening_the_home_tab_lets_the_app_publish_it(server: Server) -> None:
    app = bolt_app(server)

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view=home())

    with by_socket(server, app):
        server.open_home("ana")
        view = eventually(lambda: server.home("ana"))
    assert view is not None
    assert view["type"] == "home"


def test_a_home_tab_that_is_there_comes_with_the_event(server: Server, client: WebClient) -> None:
    app, heard = app_that_hears(server, "app_home_opened")
    client.views_publish(user_id=server.users["ana"], view=home())
    with by_socket(server, app):
        server.open_home("ana")
        [body] = eventually(lambda: heard)
    assert (body["type"], body["team_id"]) == ("event_callback", server.hub.seed.team_id)
    assert body["authorizations"][0]["user_id"] == server.hub.app.bot_user
    assert body["event"]["view"]["type"] == "home"
    assert body["event"]["channel"].startswith("D")


@pytest.mark.parametrize(
    ("events", "channel", "types"),
    [
        (["message.channels"], "deploys", ["message"]),
        (["message.channels"], "general", []),
        (["app_mention"], "deploys", ["app_mention"]),
        (["app_mention"], "general", ["app_mention"]),
        (["message.channels", "app_mention"], "deploys", ["message", "app_mention"]),
        ([], "deploys", []),
    ],
    ids=["in a joined channel", "not where it is not", "mentioned", "mentioned anywhere", "both", "nothing asked for"],
)
def test_the_app_hears_what_it_subscribed_to(server: Server, events: list[str], channel: str, types: list[str]) -> None:
    subscribed(server, "app_home_opened", *events)
    app, heard = app_that_hears(server, "message", "app_mention", "app_home_opened")
    with by_socket(server, app):
        server.post("ana", f"<@{server.hub.app.bot_user}> hello", channel=channel)
        server.open_home("ana")
        eventually(lambda: any(body["event"]["type"] == "app_home_opened" for body in heard))
        eventually(lambda: len(heard) == len(types) + 1)
    assert sorted(body["event"]["type"] for body in heard) == sorted([*types, "app_home_opened"])


def test_a_message_event_tells_who_what_and_in_which_thread(server: Server) -> None:
    subscribed(server, "message.channels")
    app, heard = app_that_hears(server, "message")
    root = server.post("ana", "root")
    with by_socket(server, app):
        reply = server.post("ben", "reply", thread_ts=root["ts"])
        [body] = eventually(lambda: heard)
    told = {name: body["event"][name] for name in ("user", "text", "ts", "thread_ts", "channel_type")}
    assert told == {
        "user": server.users["ben"],
        "text": "reply",
        "ts": reply["ts"],
        "thread_ts": root["ts"],
        "channel_type": "channel",
    }


def test_an_event_that_nobody_took_comes_again_and_says_why(server: Server) -> None:
    app, seen = bolt_app(server), []

    @app.event("app_home_opened")
    def opened(request: Any) -> None:
        seen.append(request.headers)

    server.hub.dispatcher.event_pauses = (0.0, *[0.05] * 200)
    server.open_home("ana")
    with by_socket(server, app):
        [headers] = eventually(lambda: seen)
    assert int(headers["x-slack-retry-num"][0]) >= 1
    assert headers["x-slack-retry-reason"] == ["timeout"]


def test_slack_tries_at_once_then_after_one_and_five_minutes(server: Server) -> None:
    assert server.hub.dispatcher.event_pauses == (0.0, 60.0, 300.0)
