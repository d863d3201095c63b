"""The same payloads as signed HTTP requests, taken by a real Bolt app that checks the signature."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.slack.server import Seed, Server
from tests.sandbox.slack.apps import BoltDoor, bolt_app, by_http
from tests.sandbox.slack.pieces import actions, button, field, manifest, modal, options
from tests.waiting import eventually


@pytest.fixture
def server() -> Iterator[Server]:
    """With the real time: signatures older than five minutes are refused."""
    running = Server(Seed.demo())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def door(server: Server) -> Iterator[BoltDoor]:
    """An app in HTTP mode that acknowledges everything."""
    app = bolt_app(server, signing_secret=server.signing_secret)

    @app.command("/deploy")
    def deploy(ack: Ack, command: dict[str, Any], client: WebClient) -> None:
        ack(f"deploying {command['text']}")

    @app.action("go")
    def go(ack: Ack) -> None:
        ack()

    @app.view("form")
    def form(ack: Ack, view: dict[str, Any]) -> None:
        ack(response_action="errors", errors={"ref": f"no {view['state']['values']['ref']['ref']['selected_option']}"})

    @app.options("ref")
    def refs(ack: Ack, payload: dict[str, Any]) -> None:
        ack(options=options(payload["value"]))

    @app.event("app_home_opened")
    def opened() -> None:
        """Heard."""

    with by_http(app) as door:
        server.request_url = door.url
        yield door


def test_a_command_is_a_signed_form(server: Server, door: BoltDoor) -> None:
    delivery = server.command("ana", "/deploy", "shop & co to production")
    assert (delivery.ok, delivery.response) == (True, {"text": "deploying shop & co to production"})
    assert server.messages("deploys", user="ana")[0]["text"] == "deploying shop & co to production"
    [(headers, body)] = door.received
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert SignatureVerifier(server.signing_secret).is_valid_request(body, headers)
    assert not SignatureVerifier("another secret").is_valid_request(body, headers)
    assert abs(int(headers["X-Slack-Request-Timestamp"]) - time.time()) < 60


def test_a_click_a_form_and_options_travel_as_payloads(server: Server, door: BoltDoor) -> None:
    client = door.app.client
    client.chat_postMessage(channel="#deploys", text="x", blocks=[actions(button())])
    assert server.click("ana", server.messages("deploys")[0], "go").ok
    select = {"type": "external_select", "action_id": "ref"}
    trigger = server.hub.triggers.new(server.users["ana"])
    view = client.views_open(trigger_id=trigger, view=modal(field("ref", select), callback_id="form"))["view"]
    assert server.suggest("ana", view, "ref", "1.0")[0]["value"] == "1.0"
    assert "ref" in server.submit("ana", view["id"], {"ref": {"ref": "1.0"}}).errors
    assert all(body.startswith("payload=%7B") for _, body in door.received)


def test_an_event_is_signed_json(server: Server, door: BoltDoor) -> None:
    server.open_home("ana")
    [(headers, body)] = eventually(lambda: door.received)
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body)["event"]["type"] == "app_home_opened"
    assert SignatureVerifier(server.signing_secret).is_valid_request(body, headers)


def test_a_wrong_secret_is_refused_by_the_app(server: Server, door: BoltDoor) -> None:
    strict = bolt_app(server, signing_secret="another secret")
    strict.command("/deploy")(lambda ack: ack())
    with by_http(strict) as other:
        server.request_url = other.url
        assert server.command("ana", "/deploy").error == "dispatch_failed"


def test_an_app_that_does_not_listen_gets_nothing(server: Server) -> None:
    server.request_url = "http://127.0.0.1:9/slack/events"
    assert server.command("ana", "/deploy").error == "dispatch_failed"


def test_the_manifest_says_where_requests_go(server: Server) -> None:
    app = bolt_app(server, signing_secret=server.signing_secret)
    app.command("/deploy")(lambda ack: ack())
    app.action("go")(lambda ack: ack())
    with by_http(app) as door:
        body = manifest()
        body["features"]["slash_commands"][0]["url"] = door.url
        body["settings"] = {"interactivity": {"is_enabled": True, "request_url": door.url}}
        server.register(body)
        assert server.command("ana", "/deploy").ok
        app.client.chat_postMessage(channel="#deploys", text="x", blocks=[actions(button())])
        assert server.click("ana", server.messages("deploys")[0], "go").ok
        assert len(door.received) == 2
