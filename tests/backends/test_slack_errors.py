"""A server that answers as no good server does: is it told whether the call may have been carried out?"""

import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from bot.backends.slack import SlackPort
from bot.backends.slack_client import proxy_for, web_client
from bot.errors import SlackAway, SlackBusy, SlackError, SlackRefused, SlackUnclear
from bot.model import Content


class Rude:
    """Reads a request and answers every one with the same bytes; None cuts the connection by a reset."""

    def __init__(self, answer: bytes | None) -> None:
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/api/"
        self.requests = 0
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            with connection:
                head = connection.recv(65536)
                if not head:
                    return
                self.requests += 1
                self._reply(connection)

    def _reply(self, connection: socket.socket) -> None:
        if self._answer is None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.sendall(self._answer)

    def stop(self) -> None:
        with socket.create_connection(self._listening.getsockname()):
            pass
        self._thread.join()
        self._listening.close()


def http(status: str, body: str, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", body]
    return "\r\n".join(lines).encode()


JSON = "Content-Type: application/json"
ANSWERS = [
    ("cut without a word", None, SlackUnclear("")),
    ("closed without a word", b"", SlackUnclear("")),
    ("not HTTP", b"SSH-2.0-OpenSSH_9.2\r\n", SlackUnclear("")),
    ("half an answer", b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"ok": tr', SlackUnclear("")),
    ("a page", http("200 OK", "<html>welcome to our Wi-Fi</html>", "Content-Type: text/html"), SlackUnclear("")),
    ("a page that says no", http("403 Forbidden", "<html>proxy</html>"), SlackUnclear("")),
    ("ok and no place", http("200 OK", '{"ok": true}', JSON), SlackUnclear("")),
    ("broken JSON", http("200 OK", '{"ok": tru', JSON), SlackUnclear("")),
    ("not unicode", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n\xff\xfe{", SlackUnclear("")),
    ("500", http("500 Oh", '{"ok": false, "error": "internal_error"}', JSON), SlackUnclear("")),
    ("503", http("503 Unavailable", "upstream connect error"), SlackUnclear("")),
    ("fatal", http("200 OK", '{"ok": false, "error": "fatal_error"}', JSON), SlackUnclear("")),
    ("429", http("429 Slow", '{"ok": false, "error": "ratelimited"}', JSON, "Retry-After: 12"), SlackBusy(12)),
    ("429, small letters", http("429 Slow", "{}", JSON, "retry-after: 3"), SlackBusy(3)),
    ("429 and no hint", http("429 Slow", "", JSON), SlackBusy(5)),
    ("429 and nonsense", http("429 Slow", "{}", JSON, "Retry-After: soon"), SlackBusy(5)),
    ("ratelimited", http("200 OK", '{"ok": false, "error": "ratelimited"}', JSON), SlackBusy(5)),
    ("no", http("200 OK", '{"ok": false, "error": "is_archived"}', JSON), SlackRefused("is_archived")),
    (
        "no, and why",
        http("200 OK", '{"ok": false, "error": "missing_scope", "needed": "chat:write", "provided": "commands"}', JSON),
        SlackRefused("missing_scope", "needed chat:write · provided commands"),
    ),
]


@pytest.fixture
def rude(request: pytest.FixtureRequest) -> Iterator[Rude]:
    server = Rude(request.param)
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("rude", "expected"), [case[1:] for case in ANSWERS], ids=[case[0] for case in ANSWERS], indirect=["rude"]
)
def test_every_strange_answer_is_one_of_our_errors_after_one_single_call(rude: Rude, expected: SlackError) -> None:
    with pytest.raises(SlackError) as raised:
        SlackPort(web_client("xoxb-1", rude.url)).post("C00DEPLOYS0", Content("t"), "op")
    assert type(raised.value) is type(expected)
    assert str(raised.value)
    if not isinstance(expected, SlackUnclear):
        assert str(raised.value) == str(expected)
    assert rude.requests == 1


def failing(url: str, timeout: int = 10) -> SlackError:
    client = web_client("xoxb-1", url)
    client.timeout = timeout
    with pytest.raises(SlackError) as raised:
        SlackPort(client).post("C00DEPLOYS0", Content("t"), "op")
    return raised.value


def test_nobody_listening_means_nothing_was_stored() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/api/"
    assert isinstance(failing(url), SlackAway)


@pytest.mark.parametrize("url", ["http://no-such-host.invalid/api/", "http://192.0.2.1/api/", "ftp://x/api/"])
def test_no_such_name_and_no_network_mean_nothing_was_stored(url: str) -> None:
    assert isinstance(failing(url), SlackAway)


def test_silence_after_the_request_is_unclear() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert isinstance(failing(f"http://127.0.0.1:{silent.getsockname()[1]}/api/", timeout=1), SlackUnclear)


@pytest.mark.parametrize(
    ("no_proxy", "url", "used"),
    [
        ("", "https://slack.com/api/", "http://proxy.example:3128"),
        ("127.0.0.1,localhost", "https://slack.com/api/", "http://proxy.example:3128"),
        ("127.0.0.1,localhost", "http://127.0.0.1:8090/api/", None),
        ("*", "https://slack.com/api/", None),
    ],
)
def test_the_environments_proxy_is_used_except_for_what_no_proxy_names(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, url: str, used: str | None
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    client = web_client("xoxb-1", url)
    assert client.proxy == used
    assert proxy_for(url, None) is None


def test_the_sdk_neither_repeats_nor_logs(caplog: pytest.LogCaptureFixture) -> None:
    client: WebClient = web_client("xoxb-1", "http://127.0.0.1:9/api/")
    assert client.retry_handlers == []
    failing("http://no-such-host.invalid/api/")
    assert caplog.records == []
