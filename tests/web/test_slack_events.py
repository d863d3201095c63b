import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
import requests
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult

from bot.backends.slack_client import web_client
from bot.sandbox.slack.server import Server
from bot.web.serving import serve
from bot.web.site import site
from bot.web.slack_events import LARGEST, slack_events
from tests.workspace import workspace

SECRET = "a-signing-secret"
FORM = "application/x-www-form-urlencoded"
COMMAND = {"command": "/deploy", "text": "shop", "user_id": "U1", "team_id": "T1", "channel_id": "C1"}


def bolt(secret: str, api_url: str = "http://127.0.0.1:9/api/") -> App:
    known = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U2")
    app = App(client=web_client("", api_url), signing_secret=secret, authorize=lambda: known)
    gate = threading.Event()

    @app.command("/deploy")
    def deploy(ack: Ack, body: dict[str, str]) -> None:
        ack(f"heard {body['text']}")

    @app.command("/slow")
    def slow(ack: Ack) -> None:
        gate.wait(2)
        ack("slow")

    @app.command("/quick")
    def quick(ack: Ack) -> None:
        gate.set()
        ack("quick")

    return app


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serve(site(slack_events(bolt(SECRET), SECRET)), "127.0.0.1", 0) as address:
        yield f"{address}/slack/events"


def send(
    address: str, body: str | bytes, kind: str = FORM, age: int = 0, secret: str = SECRET, **more: str
) -> requests.Response:
    """Signed as Slack signs it, `age` seconds ago; `more` replaces headers."""
    stamp = str(int(time.time()) - age)
    data = body.encode() if isinstance(body, str) else body
    signature = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + data, "sha256").hexdigest()
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
    named = {name.replace("_", "-"): value for name, value in more.items()}
    return requests.post(
        address,
        data=data,
        headers={key: value.encode("latin-1") for key, value in (headers | named).items()},
        timeout=10,
    )


def command(name: str = "/deploy") -> str:
    return urlencode({**COMMAND, "command": name})


def test_a_signed_command_is_answered(address: str) -> None:
    answer = send(address, command())
    assert (answer.status_code, answer.text) == (200, "heard shop")


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another-secret"},
        {"age": 301},
        {"age": -301},
        {"X_Slack_Signature": ""},
        {"X_Slack_Signature": "v0=zzzz"},
        {"X_Slack_Signature": "v0=\xe9"},
        {"X_Slack_Request_Timestamp": ""},
        {"X_Slack_Request_Timestamp": "yesterday"},
        {"X_Slack_Request_Timestamp": "9" * 400},
    ],
    ids=lambda given: str(given)[:40],
)
def test_what_slack_did_not_sign_is_refused(address: str, wrong: dict[str, object]) -> None:
    assert send(address, command(), **wrong).status_code == 401  # type: ignore[arg-type]


def test_no_signature_at_all_is_refused(address: str) -> None:
    assert requests.post(address, data=command(), timeout=10).status_code == 401


@pytest.mark.parametrize("more", [0, 1])
def test_more_than_a_megabyte_is_refused(address: str, more: int) -> None:
    body = "x" * (LARGEST + more)
    assert send(address, body).status_code == (413 if more else 404)


def test_more_than_a_megabyte_in_pieces_is_refused_as_well(address: str) -> None:
    pieces = (b"x" * 65536 for _ in range(17))
    assert requests.post(address, data=pieces, timeout=10).status_code == 413


@pytest.mark.parametrize("length", ["-1", "many", "99999999999999"])
def test_a_length_that_cannot_be_is_refused(address: str, length: str) -> None:
    host, port = address.removeprefix("http://").split("/")[0].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        assert line.recv(100).split()[1] in (b"400", b"413")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", FORM),
        ("payload=", FORM),
        ("payload=%7B", FORM),
        ("payload=[]", FORM),
        ("payload=null", FORM),
        ("payload=7", FORM),
        ("{", "application/json"),
        ('{"type": "event_callback", "event": null}', "application/json"),
        ("[]", "application/json"),
        ('"text"', "application/json"),
        ('{"authorizations": 7}', "application/json"),
        ('{"enterprise": [], "team": 7, "user": "x"}', "application/json"),
        ("[" * 100_000, "application/json"),
        (b"\xff\xfe\x00", FORM),
        (b"--x\r\n", "multipart/form-data"),
    ],
    ids=lambda given: str(given[:30]),
)
def test_garbage_even_signed_is_the_senders_fault(address: str, body: str | bytes, kind: str) -> None:
    assert send(address, body, kind).status_code in (400, 401, 404)
    assert send(address, command()).status_code == 200


words = st.recursive(
    st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2), max_leaves=3
)
names = st.sampled_from(
    [
        "type",
        "team",
        "user",
        "enterprise",
        "event",
        "actions",
        "view",
        "authorizations",
        "is_enterprise_install",
        "token",
    ]
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(names, words | st.dictionaries(names, words, max_size=3), max_size=6))
def test_no_signed_body_makes_it_fail(address: str, body: dict[str, object]) -> None:
    for given_as, kind in ((json.dumps(body), "application/json"), (urlencode({"payload": json.dumps(body)}), FORM)):
        assert send(address, given_as, kind).status_code < 500


def test_a_slow_command_holds_up_no_other(address: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(send, address, command("/slow"))
        assert send(address, command("/quick")).text == "quick"
        assert slow.result().text == "slow"


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PUT", ""), ("POST", "/more"), ("GET", "/../docs")])
def test_nothing_else_is_served(address: str, method: str, path: str) -> None:
    assert requests.request(method, address + path, timeout=10).status_code in (404, 405)


def test_the_workspace_reaches_the_bot_over_signed_http() -> None:
    with workspace() as server, serve(app_for(server), "127.0.0.1", 0) as here:
        server.request_url = f"{here}/slack/events"
        answer = server.command("ana", "/deploy", "shop@1.1.0")
        assert not answer.error
        assert answer.response["text"] == "heard shop@1.1.0"


def app_for(server: Server) -> FastAPI:
    return site(slack_events(bolt(server.signing_secret, server.api_url), server.signing_secret))
