"""Webhooks as their senders meet them: over HTTP, with and without the token, good and bad."""

import base64
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from structlog.testing import capture_logs

from bot.engine.sns import SnsDoor
from bot.web.hooks import LARGEST, hooks
from bot.web.serving import serve
from bot.web.site import site
from tests.engine.foreign import Elsewhere
from tests.plan.foreign import samples
from tests.plan.foreign.samples import SHOP, group, one
from tests.signing import CERTIFICATE, TOPIC, body, certificate, message

TOKEN = "0123456789abcdef"
LEAST = {"id": "backup", "status": "firing", "name": "The backup is late"}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Elsewhere]:
    elsewhere = Elsewhere(tmp_path / "state.db")
    yield elsewhere
    elsewhere.world.close()


@pytest.fixture
def address(elsewhere: Elsewhere) -> Iterator[str]:
    clock = elsewhere.world.clock
    door = SnsDoor(frozenset({TOPIC}), {CERTIFICATE: certificate()}.get, clock)
    with serve(site(hooks(elsewhere.intake, clock, TOKEN, door)), "127.0.0.1", 0) as address:
        yield f"{address}/hooks"


def post(address: str, sent: Any, token: str = TOKEN, **headers: str) -> requests.Response:
    data = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    given = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(address, data=data, headers={**given, **headers}, timeout=30)


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"alerts:{password}".encode()).decode()


def test_alertmanagers_words_become_an_incident_and_its_end(address: str, elsewhere: Elsewhere) -> None:
    firing = group(one(labels=SHOP))
    assert [post(f"{address}/alertmanager", firing).text for _ in range(2)] == [
        "1 begun, 0 ended\n",
        "0 begun, 0 ended\n",
    ]
    elsewhere.world.deliver()
    resolved = group(one(labels=SHOP, status="resolved", endsAt="2026-11-20T13:59:00Z"))
    assert post(f"{address}/alertmanager", resolved).text == "0 begun, 1 ended\n"
    assert elsewhere.world.states() == ["UP", "UP"]


def test_a_plain_alert_becomes_one_too(address: str, elsewhere: Elsewhere) -> None:
    assert post(f"{address}/alert", LEAST).text == "1 begun, 0 ended\n"
    assert post(f"{address}/alert", {**LEAST, "status": "resolved"}).text == "0 begun, 1 ended\n"
    assert elsewhere.world.states() == ["UP"]


def test_an_alarm_needs_no_token_but_a_signature(address: str, elsewhere: Elsewhere) -> None:
    sent = body(message(elsewhere.world.clock.now(), samples.alarm()))
    assert post(f"{address}/sns", sent, token="").text == "1 begun, 0 ended\n"
    assert post(f"{address}/sns", sent, token="").text == "0 begun, 0 ended\n"
    forged = sent.replace(b"Threshold", b"threshold")
    answer = post(f"{address}/sns", forged, token="")
    assert (answer.status_code, answer.text) == (403, "its signature is not that of SNS\n")


@pytest.mark.parametrize(
    ("headers", "path", "status"),
    [
        ({"Authorization": f"Bearer {TOKEN}"}, "", 200),
        ({"Authorization": basic(TOKEN)}, "", 200),
        ({}, f"/{TOKEN}", 200),
        ({}, "", 401),
        ({}, f"?secret={TOKEN}", 401),
        ({}, "/0123456789abcdee", 401),
        ({"Authorization": "Bearer wrong"}, "", 401),
        ({"Authorization": "Bearer wrong"}, f"/{TOKEN}", 401),
        ({"Authorization": basic("wrong")}, "", 401),
        ({"Authorization": "Basic ?"}, "", 401),
        ({"Authorization": "Basic"}, "", 401),
        ({"Authorization": TOKEN}, "", 401),
    ],
)
def test_only_who_has_the_token_is_heard(
    address: str, elsewhere: Elsewhere, headers: dict[str, str], path: str, status: int
) -> None:
    for name, sent in (("alertmanager", group()), ("alert", json.dumps(LEAST).encode())):
        assert post(f"{address}/{name}{path}", sent, "", **headers).status_code == status
    assert len(elsewhere.open()) == (2 if status == 200 else 0)


@pytest.mark.parametrize("name", ["alertmanager", "alert", "sns"])
def test_ten_megabytes_are_refused_without_being_read(address: str, name: str) -> None:
    host, port = address.removeprefix("http://").split("/")[0].split(":")
    head = f"POST /hooks/{name} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    head += f"Content-Length: {10 * 2**20}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(head.encode())
        assert line.recv(100).split()[1] == b"413"


def test_ten_megabytes_in_pieces_are_refused_too(address: str) -> None:
    pieces = (b"x" * 2**16 for _ in range(LARGEST // 2**16 + 1))
    answer = requests.post(f"{address}/alert", data=pieces, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("name", "sent", "why"),
    [
        ("alertmanager", b"{", "Invalid JSON"),
        ("alertmanager", group(version="3"), "version: "),
        ("alert", b"[" * 100_000, "Invalid JSON"),
        ("alert", {**LEAST, "status": "on"}, "status: "),
        ("alert", {**LEAST, "nmae": "x"}, "nmae: "),
        ("sns", {"Type": "Notification"}, "MessageId: "),
    ],
)
def test_what_makes_no_sense_is_answered_with_what_was_wrong(
    address: str, elsewhere: Elsewhere, name: str, sent: Any, why: str
) -> None:
    answer = post(f"{address}/{name}", sent)
    assert (answer.status_code, answer.text.startswith(why)) == (400, True), answer.text
    assert elsewhere.open() == []


def test_what_is_wrong_again_and_again_is_logged_once_and_without_the_token(address: str) -> None:
    with capture_logs() as logs:
        for _ in range(5):
            post(f"{address}/alert/not-the-token-at-all", LEAST, "")
            post(f"{address}/alert", b"{")
    assert [(line["hook"], line["status"]) for line in logs] == [("alert", 401), ("alert", 400)]
    assert "not-the-token" not in str(logs)


def test_what_cannot_be_recorded_now_shall_be_sent_again(address: str, elsewhere: Elsewhere) -> None:
    with elsewhere.world.db.transaction():
        answer = post(f"{address}/alert", LEAST)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert str(elsewhere.world.path) not in answer.text
    assert post(f"{address}/alert", LEAST).text == "1 begun, 0 ended\n"


def test_the_same_alert_from_many_at_once_is_one_incident(address: str, elsewhere: Elsewhere) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(f"{address}/alertmanager", group()).text, range(8)))
    assert sorted(answers)[-1] == "1 begun, 0 ended\n"
    assert sorted(answers)[:-1] == ["0 begun, 0 ended\n"] * 7
    assert elsewhere.world.states() == ["DOWN"]


@pytest.mark.parametrize(
    ("token", "topics", "there"),
    [(None, frozenset(), set()), (TOKEN, frozenset(), {"alertmanager", "alert"}), (None, frozenset({TOPIC}), {"sns"})],
)
def test_what_is_not_set_is_not_there(
    elsewhere: Elsewhere, token: str | None, topics: frozenset[str], there: set[str]
) -> None:
    clock = elsewhere.world.clock
    door = SnsDoor(topics, lambda _url: None, clock) if topics else None
    with serve(site(hooks(elsewhere.intake, clock, token, door)), "127.0.0.1", 0) as address:
        found = {name: post(f"{address}/hooks/{name}", b"{").status_code for name in ("alertmanager", "alert", "sns")}
    assert {name for name, status in found.items() if status != 404} == there
