"""Small Slack apps, built with the real SDK, that talk to the stand-in."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox.slack.server import Server
from tests.waiting import eventually


def web_client(server: Server) -> WebClient:
    """The real client, without its retries: what the server says is what the test sees."""
    return WebClient(server.bot_token, base_url=server.api_url, retry_handlers=[])


def bolt_app(server: Server, **options: Any) -> App:
    """A Bolt app whose calls go to the stand-in; handlers run before the ack is sent only where they ack late."""
    return App(client=web_client(server), **options)


@contextmanager
def by_socket(server: Server, app: App) -> Iterator[SocketModeHandler]:
    """`app` connected by Socket Mode."""
    handler = SocketModeHandler(app, server.app_token)
    before = server.sockets
    handler.connect()  # type: ignore[no-untyped-call]
    eventually(lambda: server.sockets > before)
    try:
        yield handler
    finally:
        hang_up(handler)


def hang_up(handler: SocketModeHandler) -> None:
    """Close it, without waiting for the SDK's three-second read and one-second queue to notice."""
    client = handler.client
    client.auto_reconnect_enabled = False
    session = client.current_session
    if session is not None and session.sock is not None:
        with suppress(OSError):
            session.sock.shutdown(socket.SHUT_RDWR)
    threading.Thread(target=handler.close, daemon=True).start()


class _Door(BaseHTTPRequestHandler):
    """Hands each request to the Bolt app of its server, and remembers it."""

    server: "BoltDoor"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers: dict[str, str | Sequence[str]] = {name.lower(): [value] for name, value in self.headers.items()}
        self.server.received.append((dict(self.headers.items()), body))
        answer = self.server.app.dispatch(BoltRequest(body=body, headers=headers))
        self.send_response(answer.status)
        for name, values in answer.headers.items():
            self.send_header(name, values[0])
        content = answer.body.encode()
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing on the terminal."""


class BoltDoor(ThreadingHTTPServer):
    """A Bolt app behind an address."""

    daemon_threads = True

    def __init__(self, app: App) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.app = app
        self.received: list[tuple[dict[str, str], str]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/slack/events"


@contextmanager
def by_http(app: App) -> Iterator[BoltDoor]:
    """`app` behind a request URL."""
    with BoltDoor(app) as door:
        thread = threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield door
        finally:
            door.shutdown()
            thread.join()
