import socket
import threading
from collections.abc import Iterator

import pytest
from slack_bolt import Ack, App
from structlog.testing import capture_logs

from bot.backends.slack_client import web_client
from bot.backends.slack_socket import Socket
from bot.errors import SlackRefused
from bot.sandbox.slack.server import Seed, Server
from tests.waiting import eventually
from tests.workspace import calls, workspace


@pytest.fixture
def server() -> Iterator[Server]:
    with workspace() as server:
        yield server


def bolt(server: Server) -> App:
    app = App(client=web_client(server.bot_token, server.api_url), token_verification_enabled=False)

    @app.command("/deploy")
    def deploy(ack: Ack, body: dict[str, str]) -> None:
        ack(f"heard {body['text']}")

    @app.command("/broken")
    def broken() -> None:
        raise ZeroDivisionError

    return app


def socket_to(server: Server, token: str | None = None) -> Socket:
    return Socket(bolt(server), token or server.app_token, server.api_url)


@pytest.fixture
def line(server: Server) -> Iterator[Socket]:
    line = socket_to(server)
    line.start()
    yield line
    line.stop()


def heard(server: Server, words: str) -> bool:
    """Whether a command reaches the app now."""
    answer = server.command("ana", "/deploy", words)
    return not answer.error and answer.response.get("text") == f"heard {words}"


def test_a_command_arrives_and_its_answer_goes_back(server: Server, line: Socket) -> None:
    assert line.connected
    assert heard(server, "shop@1.1.0")


def test_after_stop_nothing_is_connected_and_no_thread_is_left(server: Server) -> None:
    before = set(threading.enumerate())
    line = socket_to(server)
    line.start()
    assert heard(server, "one")
    line.stop()
    eventually(lambda: server.sockets == 0)
    assert not line.connected
    assert [one for one in set(threading.enumerate()) - before if one.name.startswith(("socket", "envelope"))] == []


def test_a_wrong_token_is_told_to_the_caller_at_once(server: Server) -> None:
    for token in ("xapp-wrong", server.bot_token):
        line = socket_to(server, token)
        with pytest.raises(SlackRefused, match="SLACK_APP_TOKEN must be the app-level token"):
            line.start()
        line.stop()


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
def test_when_slack_asks_for_a_new_connection_there_is_no_gap_and_no_word(
    server: Server, line: Socket, reason: str
) -> None:
    with capture_logs() as said:
        server.drop_sockets(reason)
        eventually(lambda: len(calls(server, "apps.connections.open")) == 2)
        assert heard(server, "in between")
        eventually(lambda: heard(server, "afterwards") and line.connected)
    assert said == []


def test_a_cut_connection_is_made_anew(server: Server, line: Socket) -> None:
    server.drop_sockets(None)
    eventually(lambda: server.sockets == 0)
    eventually(lambda: server.sockets == 1 and line.connected)
    assert heard(server, "again")


def test_slack_away_at_the_start_is_said_once_and_outlasted(server: Server) -> None:
    server.faults.add("*", kind="away")
    line = socket_to(server)
    with capture_logs() as said:
        line.start()
        assert not line.connected
        eventually(lambda: line._pause >= 4)
        server.faults.clear()
        eventually(lambda: line.connected and len(said) >= 2)
    assert heard(server, "at last")
    assert [entry["event"] for entry in said] == [
        "no connection to Slack: commands and buttons do not arrive",
        "connected to Slack again",
    ]
    line.stop()


def test_nobody_listening_at_the_start_is_outlasted_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Server(Seed.demo(), port=port)
    server.api_url = f"http://127.0.0.1:{port}/api/"
    line = socket_to(server)
    line.start()
    server.start()
    eventually(lambda: line.connected)
    line.stop()
    server.stop()


def test_slack_going_away_later_is_outlasted_too(server: Server, line: Socket) -> None:
    with capture_logs() as said:
        server.faults.add("*", kind="away")
        eventually(lambda: not line.connected)
        eventually(lambda: said)
        server.faults.clear()
        eventually(lambda: line.connected and len(said) >= 2)
    assert heard(server, "again")
    assert len(said) == 2


def test_socket_mode_switched_off_is_said_with_the_way_out_and_not_hammered(server: Server, line: Socket) -> None:
    with capture_logs() as said:
        server.drop_sockets("link_disabled")
        eventually(lambda: said)
        eventually(lambda: not line.connected)
    assert "switch Socket Mode on" in said[0]["todo"]
    assert len(said) == 1
    assert len(calls(server, "apps.connections.open")) == 1


def test_too_many_connections_are_said(server: Server, line: Socket) -> None:
    with capture_logs() as said:
        server.drop_sockets("too_many_websockets")
        eventually(lambda: said)
    assert "ten processes" in said[0]["todo"]


@pytest.mark.parametrize("kind", ["server_error", "rate_limited", "lost_reply"])
def test_trouble_while_asking_for_an_address_is_outlasted(server: Server, line: Socket, kind: str) -> None:
    server.faults.add("apps.connections.open", kind=kind, times=1)
    server.drop_sockets(None)
    eventually(lambda: line.connected and server.sockets == 1 and heard(server, "again"))


@pytest.mark.parametrize("command", ["/broken", "/nobody-listens"])
def test_a_command_that_goes_wrong_leaves_the_line_as_it_was(server: Server, line: Socket, command: str) -> None:
    assert server.command("ana", command, "x").error
    assert heard(server, "still here")
    assert len(calls(server, "apps.connections.open")) == 1
