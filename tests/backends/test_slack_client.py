"""Slack's certificate is checked at each call, against authorities that are read once."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.backends.slack import SlackPort
from bot.backends.slack_client import trust_for, web_client
from bot.errors import SlackAway
from tests.backends.targets import certificate

WHO = {"ok": True, "user_id": "U1", "bot_id": "B1", "team_id": "T1", "team": "acme"}


class Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        body = json.dumps(WHO).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *of: object) -> None:
        """Nothing: pytest shows what is printed."""


@contextmanager
def slack(context: ssl.SSLContext) -> Iterator[str]:
    """Its API's address, over TLS."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.handle_error = lambda *of: None  # type: ignore[method-assign]  # a client that hangs up is what is tested
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}/api/"
        server.shutdown()
        thread.join()


def test_authorities_are_read_once_for_many_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, roots = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    with slack(context) as url:
        port = SlackPort(web_client("xoxb-1", url))
        port.ping()
        roots.unlink()  # who reads it again trusts nobody
        port.ping()
        assert port.identity().team == "acme"


def test_a_certificate_of_nobody_we_trust_is_refused(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with slack(context) as url, pytest.raises(SlackAway, match=r"(?i)certificate"):
        SlackPort(web_client("xoxb-1", url)).ping()


def test_a_certificate_for_another_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, roots = certificate(tmp_path, name="slack.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    with slack(context) as url, pytest.raises(SlackAway, match=r"(?i)certificate"):
        SlackPort(web_client("xoxb-1", url)).ping()


def test_nothing_is_read_for_a_server_without_tls() -> None:
    assert trust_for("http://127.0.0.1:8090/api/") is None


def test_https_checks_names() -> None:
    trust = trust_for("https://slack.com/api/")
    assert trust is not None
    assert trust.check_hostname
    assert trust.verify_mode is ssl.CERT_REQUIRED
