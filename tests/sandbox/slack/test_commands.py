"""Slash commands, from the keys to a real Bolt app and back."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.apps import bolt_app, by_socket
from tests.sandbox.slack.pieces import manifest, section
from tests.waiting import eventually


def app_that_acks(server: Server, *answer: Any, **more: Any) -> tuple[App, list[dict[str, Any]]]:
    app, heard = bolt_app(server), []

    @app.command("/deploy")
    def deploy(ack: Ack, command: dict[str, Any]) -> None:
        heard.append(command)
        ack(*answer, **more)

    return app, heard


def test_a_command_arrives_with_everything_that_slack_sends(server: Server) -> None:
    app, heard = app_that_acks(server)
    with by_socket(server, app):
        delivery = server.command("ana", "/deploy", "shop to production", channel="alerts")
    [command] = heard
    assert delivery.ok
    assert delivery.acked_after is not None
    assert 0 < delivery.acked_after < 3
    told = {name: command[name] for name in ("command", "text", "user_name", "channel_id", "is_enterprise_install")}
    assert told == {
        "command": "/deploy",
        "text": "shop to production",
        "user_name": "ana",
        "channel_id": server.channels["alerts"],
        "is_enterprise_install": "false",
    }
    assert command["response_url"].startswith(server.url + "/hooks/commands/")
    assert {"token", "team_id", "team_domain", "api_app_id", "trigger_id", "user_id", "channel_name"} <= command.keys()


def test_what_the_ack_says_is_seen_by_who_typed(server: Server) -> None:
    app, _ = app_that_acks(server, "queued")
    with by_socket(server, app):
        server.command("ana", "/deploy", "shop")
    assert server.messages("deploys") == []
    assert [row["text"] for row in server.messages("deploys", user="ana")] == ["queued"]


def test_an_ack_may_speak_to_the_whole_channel_with_blocks(server: Server) -> None:
    app, _ = app_that_acks(server, text="queued", blocks=[section("*queued*")], response_type="in_channel")
    with by_socket(server, app):
        server.command("ana", "/deploy", "shop")
    [message] = server.messages("deploys", user="ben")
    assert message["blocks"][0]["text"]["text"] == "*queued*"


def test_an_ack_with_blocks_that_slack_refuses_shows_nothing_and_says_so(server: Server) -> None:
    app, _ = app_that_acks(server, text="x", blocks=[{"type": "nonsense"}])
    noticed = listen(server, "ana")
    with by_socket(server, app):
        server.command("ana", "/deploy", "shop")
    assert server.messages("deploys", user="ana") == []
    assert "/deploy answered with something Slack does not take: invalid_blocks" in noticed()


def listen(server: Server, user: str) -> Callable[[], list[str]]:
    """The notices that a person's window gets."""
    events: list[dict[str, Any]] = []
    server.hub.feed.listen(server.users[user], events.append)
    return lambda: [event["text"] for event in events if event["type"] == "notice"]


def test_without_a_socket_a_command_fails_at_once(server: Server) -> None:
    noticed = listen(server, "ana")
    delivery = server.command("ana", "/deploy", "shop")
    assert (delivery.error, delivery.acked_after) == ("dispatch_failed", None)
    assert noticed() == ["/deploy failed with the error “dispatch_failed”"]


def test_an_app_that_does_not_ack_in_three_seconds_is_given_up(server: Server) -> None:
    app, release = bolt_app(server), threading.Event()

    @app.command("/deploy")
    def deploy(ack: Ack) -> None:
        release.wait(10)
        ack()

    with by_socket(server, app):
        delivery = server.command("ana", "/deploy", "shop")
        release.set()
    assert (delivery.error, delivery.acked_after) == ("operation_timeout", None)


def test_only_registered_commands_are_commands(server: Server) -> None:
    app, heard = app_that_acks(server)
    server.register(manifest())
    noticed = listen(server, "ana")
    with by_socket(server, app):
        assert server.command("ana", "/deploi", "shop").error == "unknown_command"
        assert server.command("ana", "/deploy", "shop").ok
    assert len(heard) == 1
    assert noticed() == ["/deploi is not a valid command."]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("shop by @ana", "shop by <@U0000000ANA|ana>"),
        ("#deploys and @leads", "<#C00DEPLOYS0|deploys> and <!subteam^S0000LEADS0|@leads>"),
        ("shop@1.1.0 to @nobody", "shop@1.1.0 to @nobody"),
        ("@shop-team, now", "<!subteam^S0SHOPTEAM0|@shop-team>, now"),
    ],
)
def test_a_command_with_should_escape_gets_ids_for_names(server: Server, typed: str, sent: str) -> None:
    body = manifest()
    body["features"]["slash_commands"][0]["should_escape"] = True
    server.register(body)
    app, heard = app_that_acks(server)
    with by_socket(server, app):
        server.command("ana", "/deploy", typed)
    assert heard[0]["text"] == sent


def test_without_should_escape_text_arrives_as_typed(server: Server) -> None:
    app, heard = app_that_acks(server)
    with by_socket(server, app):
        server.command("ana", "/deploy", "shop by @ana")
    assert heard[0]["text"] == "shop by @ana"


def test_an_app_may_answer_later_by_its_response_url(server: Server) -> None:
    app = bolt_app(server)

    @app.command("/deploy")
    def deploy(ack: Ack, respond: Respond) -> None:
        ack()
        respond("only you")
        respond("everybody", response_type="in_channel")

    with by_socket(server, app):
        server.command("ana", "/deploy", "shop")
        eventually(lambda: len(server.messages("deploys", user="ana")) == 2)
    assert [row["text"] for row in server.messages("deploys", user="ben")] == ["everybody"]
    assert [seen.response for seen in server.calls("response_url")] == [{"ok": True}, {"ok": True}]
