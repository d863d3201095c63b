"""Socket Mode at its edges: hello, one payload to one connection, and every way of hanging up."""

import json
from contextlib import AbstractContextManager, ExitStack
from threading import Thread
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.apps import bolt_app, by_socket
from tests.sandbox.slack.refusal import error_of
from tests.waiting import eventually


def link(server: Server) -> str:
    return str(WebClient(base_url=server.api_url).apps_connections_open(app_token=server.app_token)["url"])


def line(server: Server) -> AbstractContextManager[ClientConnection]:
    """One raw connection."""
    return connect(link(server), compression=None)


def heard(connection: ClientConnection) -> dict[str, Any]:
    return dict(json.loads(connection.recv(timeout=5)))


def test_hello_tells_how_many_connections_there_are(server: Server) -> None:
    with line(server) as first, line(server) as second:
        assert heard(first)["num_connections"] == 1
        hello = heard(second)
        assert (hello["type"], hello["num_connections"]) == ("hello", 2)
        assert hello["connection_info"] == {"app_id": server.hub.app.app_id}
        assert hello["debug_info"]["approximate_connection_time"] == 18060
        assert server.sockets == 2
    eventually(lambda: server.sockets == 0)


def test_a_link_is_good_for_one_connection(server: Server) -> None:
    url = link(server)
    with connect(url, compression=None) as first:
        heard(first)
        with pytest.raises((ConnectionClosed, InvalidStatus)), connect(url, compression=None) as second:
            heard(second)
    assert server.sockets <= 1


def test_each_payload_goes_to_one_of_the_connections(server: Server) -> None:
    heard_by: list[str] = []

    def replica(name: str) -> Any:
        app = bolt_app(server)

        @app.command("/deploy")
        def deploy(ack: Ack) -> None:
            heard_by.append(name)
            ack()

        return by_socket(server, app)

    with replica("a"), replica("b"):
        for _ in range(6):
            assert server.command("ana", "/deploy").ok
    assert sorted(heard_by) == ["a", "a", "a", "b", "b", "b"]


def test_the_eleventh_connection_is_one_too_many(server: Server) -> None:
    with ExitStack() as lines:
        for _ in range(10):
            heard(lines.enter_context(line(server)))
        eleventh = lines.enter_context(line(server))
        assert heard(eleventh)["reason"] == "too_many_websockets"
        with pytest.raises(ConnectionClosed):
            heard(eleventh)
        assert server.sockets == 10


@pytest.mark.parametrize("reason", ["too_many_websockets", "link_disabled"])
def test_slack_hangs_up_at_once_for_these_reasons(server: Server, reason: str) -> None:
    with line(server) as connection:
        heard(connection)
        assert server.drop_sockets(reason) == 1
        assert heard(connection)["reason"] == reason
        with pytest.raises(ConnectionClosed):
            heard(connection)
    eventually(lambda: server.sockets == 0)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_slack_leaves_time_to_replace_a_connection_for_these(server: Server, reason: str) -> None:
    with line(server) as old:
        heard(old)
        server.drop_sockets(reason)
        assert heard(old) == {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        with line(server) as new:
            heard(new)
            assert server.sockets == 2


def test_a_connection_that_shall_go_gets_no_more_payloads_when_there_is_another(server: Server) -> None:
    with line(server) as old:
        heard(old)
        server.drop_sockets("warning")
        heard(old)
        app = bolt_app(server)

        @app.command("/deploy")
        def deploy(ack: Ack) -> None:
            ack()

        with by_socket(server, app):
            assert [server.command("ana", "/deploy").error for _ in range(3)] == [None, None, None]


def test_a_cut_connection_says_nothing(server: Server) -> None:
    with line(server) as connection:
        heard(connection)
        assert server.drop_sockets(None) == 1
        with pytest.raises(ConnectionClosed) as closed:
            heard(connection)
        assert closed.value.rcvd is None
    eventually(lambda: server.sockets == 0)


def test_a_reason_that_slack_does_not_know_is_refused(server: Server) -> None:
    with line(server) as connection:
        heard(connection)
        with pytest.raises(ValueError, match="one of warning, refresh_requested"):
            server.drop_sockets("tired")


def test_the_sdk_reconnects_after_a_refresh(server: Server) -> None:
    app, seen = bolt_app(server), []

    @app.command("/deploy")
    def deploy(ack: Ack, command: dict[str, Any]) -> None:
        seen.append(command["text"])
        ack()

    with by_socket(server, app):
        server.drop_sockets("refresh_requested")
        eventually(lambda: len(server.calls("apps.connections.open")) == 2)
        eventually(lambda: server.sockets == 1)
        assert server.command("ana", "/deploy", "after the refresh").ok
    assert seen == ["after the refresh"]


def test_an_ack_on_another_connection_counts(server: Server) -> None:
    with line(server) as first, line(server) as second:
        heard(first)
        heard(second)
        delivered = []

        def typing() -> None:
            delivered.append(server.command("ana", "/deploy"))

        thread = Thread(target=typing)
        thread.start()
        envelope = eventually(lambda: _next(first) or _next(second))
        for connection in (first, second):
            connection.send(json.dumps({"envelope_id": envelope["envelope_id"], "payload": {"text": "ok"}}))
        thread.join()
    assert delivered[0].response == {"text": "ok"}


def _next(connection: ClientConnection) -> dict[str, Any]:
    try:
        return dict(json.loads(connection.recv(timeout=0.05)))
    except TimeoutError:
        return {}


def test_an_envelope_carries_id_type_and_payload(server: Server) -> None:
    with line(server) as connection:
        heard(connection)
        thread = Thread(target=server.command, args=("ana", "/deploy", "shop"))
        thread.start()
        envelope = heard(connection)
        assert envelope.keys() == {"envelope_id", "type", "payload", "accepts_response_payload"}
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        assert envelope["payload"]["text"] == "shop"
        connection.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        thread.join()


@pytest.mark.parametrize("noise", ["not json", "[]", "{}", '{"envelope_id": "of nobody"}', '{"envelope_id": 7}'])
def test_what_is_no_ack_is_ignored(server: Server, noise: str) -> None:
    with line(server) as connection:
        heard(connection)
        connection.send(noise)
        thread = Thread(target=server.command, args=("ana", "/deploy"))
        thread.start()
        connection.send(json.dumps({"envelope_id": heard(connection)["envelope_id"]}))
        thread.join()
    eventually(lambda: server.sockets == 0)


def test_an_app_with_a_request_url_gets_no_link(server: Server) -> None:
    server.request_url = "http://127.0.0.1:9/slack/events"
    client = WebClient(base_url=server.api_url)
    assert error_of(client.apps_connections_open, app_token=server.app_token) == "socket_mode_not_enabled"
