"""What Slack would never send, and how a line ends."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from structlog.testing import capture_logs
from websockets.sync.server import ServerConnection, serve

from bot.backends.slack_link import Link
from bot.errors import SlackAway
from tests.waiting import eventually

COMMAND = {
    "command": "/deploy",
    "text": "shop",
    "user_id": "U1",
    "team_id": "T1",
    "channel_id": "C1",
    "response_url": "http://127.0.0.1:9/",
    "trigger_id": "1.1.x",
}


def envelope(number: int, **more: object) -> str:
    given = {
        "envelope_id": f"e{number}",
        "type": "slash_commands",
        "payload": COMMAND,
        "accepts_response_payload": True,
    }
    return json.dumps(given | more)


@contextmanager
def slack(talk: Callable[[ServerConnection], None]) -> Iterator[str]:
    """A WebSocket server that does `talk` with whoever comes, and its address."""
    with serve(talk, "127.0.0.1", 0, close_timeout=1) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


class Line:
    """A link to that address with an app behind it, and what it told."""

    def __init__(self, url: str) -> None:
        known = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U2")
        app = App(client=WebClient(base_url="http://127.0.0.1:9/api/"), authorize=lambda: known)

        @app.command("/deploy")
        def deploy(ack: Ack) -> None:
            ack("heard")

        self.reasons: list[str] = []
        self.gone = threading.Event()
        self.workers = ThreadPoolExecutor(2)
        self.link = Link(url, app, self.workers, lambda _, reason: self.reasons.append(reason), self.gone.set)


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    line = Line(url)
    line.link.start()
    yield line
    line.workers.shutdown()
    line.link.close()


GARBAGE: list[str | bytes] = [
    "",
    "hello?",
    "[1, 2]",
    "null",
    '"text"',
    '{"type": "hello", "num_connections": 1}',
    '{"type": "of_next_year", "envelope_id": "e0"}',
    '{"type": "slash_commands"}',
    '{"type": "slash_commands", "envelope_id": "e0", "payload": "text"}',
    '{"type": "interactive", "envelope_id": "e0", "payload": []}',
    '{"type": "events_api", "envelope_id": 7, "payload": {"event": null}}',
    '{"type": "slash_commands", "envelope_id": "e0", "payload": {"command": 7}}',
    b"\xff\xfe\x00",
    b"{",
    "[" * 100_000,
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda given: repr(given[:40]))
def test_what_slack_would_never_send_does_no_harm(garbage: str | bytes) -> None:
    answers: list[dict[str, object]] = []

    def talk(connection: ServerConnection) -> None:
        connection.send(garbage)
        connection.send(envelope(1))
        for message in connection:
            answers.append(json.loads(message))

    with slack(talk) as url, line_to(url) as line:
        eventually(lambda: {"envelope_id": "e1", "payload": {"text": "heard"}} in answers)
        assert line.link.is_connected()


def test_slacks_reason_to_hang_up_is_passed_on_and_the_line_stays_open() -> None:
    def talk(connection: ServerConnection) -> None:
        connection.send('{"type": "disconnect", "reason": "refresh_requested"}')
        connection.send('{"type": "disconnect"}')
        connection.send(envelope(1))
        connection.recv()
        connection.recv()

    with slack(talk) as url, line_to(url) as line:
        eventually(lambda: line.reasons == ["refresh_requested", "unnamed"])
        assert line.link.is_connected()


@pytest.mark.parametrize("politely", [True, False])
def test_a_closed_line_is_noticed_at_once(politely: bool) -> None:
    def talk(connection: ServerConnection) -> None:
        if politely:
            connection.close(1012)
        else:
            connection.socket.shutdown(socket.SHUT_RDWR)

    with slack(talk) as url, line_to(url) as line:
        assert line.gone.wait(60)
        assert not line.link.is_connected()


def test_an_answer_after_the_line_was_closed_is_logged_and_lost() -> None:
    with slack(lambda connection: connection.send(envelope(1))) as url, capture_logs() as said, line_to(url) as line:
        assert line.gone.wait(60)
        eventually(lambda: said)
    assert said[0]["event"].startswith("an answer came too late")
    assert said[0]["envelope"] == "e1"


def test_a_door_that_is_no_websocket_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"ws://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(SlackAway, match="refused"):
        Line(address)
