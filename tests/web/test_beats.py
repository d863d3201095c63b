"""The addresses that jobs call, over HTTP as curl calls them."""

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from bot.model import Health
from bot.state.beats import Beats
from bot.web.beats import READ, beats
from bot.web.serving import serve
from bot.web.site import site
from tests.engine.heart import BACKUP, TOKEN, Heart


@pytest.fixture
def heart(tmp_path: Path) -> Iterator[Heart]:
    heart = Heart(tmp_path / "state.db")
    yield heart
    heart.close()


@pytest.fixture
def address(heart: Heart) -> Iterator[str]:
    with serve(site(beats(heart.book)), "127.0.0.1", 0) as address:
        yield f"{address}/beat"


def call(address: str, method: str = "GET", body: bytes = b"") -> tuple[int, str]:
    answer = requests.request(method, address, data=body, timeout=20)
    return answer.status_code, answer.text


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_call_is_a_beat(heart: Heart, address: str, method: str) -> None:
    assert call(f"{address}/{TOKEN}", method)[0] == 200
    heart.run(20)
    assert heart.state.health is Health.UP
    kept = Beats(heart.db).all()[BACKUP]
    assert (kept.ok, kept.status, kept.note, kept.count) == (True, None, "", 1)


@pytest.mark.parametrize(
    ("how", "ok", "status"),
    [("fail", False, None), ("0", True, 0), ("1", False, 1), ("255", False, 255)],
)
def test_fail_or_an_exit_status_behind_it_says_how_the_job_ended(
    heart: Heart, address: str, how: str, ok: bool, status: int | None
) -> None:
    assert call(f"{address}/{TOKEN}/{how}", "POST", b"\n\x1b[31m  no room left on /srv\nmore\n") == (200, "OK\n")
    kept = Beats(heart.db).all()[BACKUP]
    assert (kept.ok, kept.status, kept.note) == (ok, status, "[31m  no room left on /srv")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/0123456789abcdef0123456789abcdef",
        f"/{TOKEN}x",
        f"/{TOKEN.upper()}",
        f"/{TOKEN[:-1]}",
        f"/{TOKEN}/256",
        f"/{TOKEN}/-1",
        f"/{TOKEN}/0/0",
        f"/{TOKEN}/failed",
        f"/{TOKEN}/%F0%9F%92%A9",
    ],
)
def test_any_other_address_is_not_found_and_no_beat(heart: Heart, address: str, path: str) -> None:
    assert call(f"{address}{path}")[0] == 404
    assert Beats(heart.db).all() == {}


def test_the_same_is_said_of_a_wrong_token_whatever_stands_behind_it(address: str) -> None:
    wrong = "f" * len(TOKEN)
    assert call(f"{address}/{wrong}") == call(f"{address}/{wrong}/fail") == (404, "no such address\n")


def test_a_large_body_is_heard_and_cut(heart: Heart, address: str) -> None:
    assert call(f"{address}/{TOKEN}/1", "POST", b"x" * 300 + b"\n" + b"y" * (READ * 40))[0] == 200
    assert Beats(heart.db).all()[BACKUP].note == "x" * 199 + "…"


def test_a_body_that_is_no_text_is_no_trouble(heart: Heart, address: str) -> None:
    assert call(f"{address}/{TOKEN}", "POST", bytes(range(256)))[0] == 200
    assert Beats(heart.db).all()[BACKUP].note.isprintable()


def test_a_caller_that_hangs_up_in_its_body_harms_nobody(heart: Heart, address: str) -> None:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 10) as caller:
        caller.sendall(f"POST /beat/{TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhalf".encode())
    assert call(f"{address}/{TOKEN}")[0] == 200


def test_a_beat_that_cannot_be_written_is_refused_so_that_curl_tries_again(heart: Heart, address: str) -> None:
    other = sqlite3.connect(heart.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert call(f"{address}/{TOKEN}")[0] == 503
    other.execute("COMMIT")
    other.close()
    assert call(f"{address}/{TOKEN}")[0] == 200
    assert Beats(heart.db).all()[BACKUP].count == 1
