"""The calls to SNS, against a server that behaves badly."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot.backends.sns import LARGEST, SnsCalls


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = {"/moved": 302, "/none": 404}.get(self.path, 200)
        sent = b"x" * (LARGEST + 1) if self.path == "/large" else b"certificate"
        self.send_response(status)
        self.send_header("Location", "/good")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "found"), [("/good", b"certificate"), ("/moved", None), ("/none", None), ("/large", None)]
)
def test_only_a_plain_answer_counts_and_no_redirect_is_followed(address: str, path: str, found: bytes | None) -> None:
    calls = SnsCalls()
    assert calls.get(address + path) == found
    calls.close()


def test_nobody_there_is_no_answer() -> None:
    calls = SnsCalls()
    assert calls.get("http://127.0.0.1:1/x.pem") is None
    calls.close()
