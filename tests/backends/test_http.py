"""The prober against real sockets that misbehave."""

import re
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.http import CurlProber
from bot.model import Probe
from bot.questions import Ask
from tests.backends.targets import Target, certificate, free_port, running
from tests.waiting import eventually


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with running() as target:
        yield target


@pytest.fixture
def prober() -> Iterator[CurlProber]:
    prober = CurlProber()
    yield prober
    prober.close()


def ask(url: str, timeout: float = 5, body: str = "", statuses: frozenset[int] = frozenset({200})) -> Ask:
    return Ask(url, timedelta(seconds=timeout), statuses, body)


def probe(prober: CurlProber, url: str, timeout: float = 5, body: str = "") -> Probe:
    return prober.probe([ask(url, timeout, body)])[0]


def test_a_good_answer_has_its_status_and_latency_and_no_cause(prober: CurlProber, target: Target) -> None:
    seen = probe(prober, target.url("/ok"))
    assert (seen.ok, seen.status, seen.cause) == (True, 200, "")
    assert 0 < seen.latency < 5


@pytest.mark.parametrize(
    ("path", "timeout", "body", "status", "cause"),
    [
        ("/status/503", 5, "", 503, r"answered 503 in \d+ ms: no such table: orders"),
        ("/status/404", 5, "ok", 404, r"answered 404 in \d+ ms: no such table: orders"),
        ("/page", 5, "", 500, r"answered 500 in \d+ ms: Shop is \[31mdown"),
        (
            "/redirect",
            5,
            "",
            302,
            r"answered 302 in \d+ ms, a redirect to http://127.0.0.1:\d+/redirect, which is not.*",
        ),
        ("/ok", 5, "shop", 200, r"body lacks 'shop' \(answered 200: all is ok\)"),
        ("/hang", 0.3, "", None, r"no answer within 300 ms \(connected after \d+ ms\)"),
        ("/driphead", 0.3, "", 200, r"answered 200 after \d+ ms, but the body did not end within 300 ms"),
        ("/drip", 0.3, "", 200, r"answered 200 after \d+ ms, but the body did not end within 300 ms"),
        ("/drip", 0.3, "ok", 200, r"answered 200 after \d+ ms, but the body did not end within 300 ms"),
        (
            "/endless",
            5,
            "needle in",
            200,
            r"the first 64 KiB of its body lack 'needle in' \(answered 200: needle-free.*",
        ),
        ("/garbage", 5, "", None, r"the answer was not HTTP"),
        ("/partial", 5, "", 200, r"connection closed in the middle of the answer"),
        ("/nothing", 5, "", None, r"connection closed without an answer"),
        ("/reset", 5, "", None, r"connection reset"),
        ("/header", 5, "", 200, r"the headers of the answer are too long"),
    ],
)
def test_what_goes_wrong_is_said_with_its_phase(
    prober: CurlProber, target: Target, path: str, timeout: float, body: str, status: int | None, cause: str
) -> None:
    seen = probe(prober, target.url(path), timeout, body)
    assert not seen.ok
    assert seen.status == status
    assert re.fullmatch(cause, seen.cause), seen.cause
    assert seen.latency < timeout + 1


def test_nobody_listening_is_connection_refused(prober: CurlProber) -> None:
    seen = probe(prober, f"http://127.0.0.1:{free_port()}/")
    assert (seen.ok, seen.status, seen.cause) == (False, None, "connection refused")


def test_a_name_that_does_not_exist_does_not_resolve(prober: CurlProber) -> None:
    assert probe(prober, "http://nobody.invalid/").cause == "name does not resolve"


def test_a_full_backlog_is_no_connection(prober: CurlProber) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
        seen = probe(prober, f"http://127.0.0.1:{deaf.getsockname()[1]}/", 0.3)
        for filler in fillers:
            filler.close()
    assert not seen.ok
    assert seen.cause == "no connection within 300 ms"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://",
        "http://127.0.0.1:99999/",
        "",
        "x\0y",
    ],
)
def test_only_http_addresses_are_asked(prober: CurlProber, url: str) -> None:
    seen = probe(prober, url)
    assert not seen.ok
    assert seen.cause


@pytest.mark.parametrize("path", ["/a%0d%0aX-Evil:%201", "/a\r\nX-Evil: 1", "/a b", "/ä"])
def test_an_address_cannot_smuggle_a_header(prober: CurlProber, target: Target, path: str) -> None:
    before = len(target.heads)
    probe(prober, target.url(path))
    assert not any(line.startswith("X-Evil") for head in target.heads[before:] for line in head.splitlines())


def test_an_endless_body_is_cut_and_judged_by_what_came_first(prober: CurlProber, target: Target) -> None:
    before = target.sent
    seen = probe(prober, target.url("/endless"))
    assert (seen.ok, seen.status) == (True, 200)
    assert probe(prober, target.url("/endless"), body="hay").ok
    # What the kernel's buffers took; far from the gigabytes that it would have gone on to send.
    assert target.sent - before < 30_000_000


@pytest.mark.parametrize(
    ("size", "found"), [(0, True), (1000, True), (65_530, True), (65_531, False), (300_000, False)]
)
def test_a_body_text_is_looked_for_in_the_first_64_kib(
    prober: CurlProber, target: Target, size: int, found: bool
) -> None:
    assert probe(prober, target.url(f"/big/{size}/needle"), body="needle").ok is found


def test_a_redirect_is_a_status_like_any_other(prober: CurlProber, target: Target) -> None:
    before = target.seen["/redirect"]
    assert prober.probe([ask(target.url("/redirect"), statuses=frozenset({301, 302}))])[0].ok
    assert target.seen["/redirect"] == before + 1


def test_hanging_targets_delay_nobody(prober: CurlProber, target: Target) -> None:
    hanging = [(f"hang{i}", ask(target.url("/hang"), 20)) for i in range(100)]
    prober.submit(hanging)
    begun = time.monotonic()
    assert all(seen.ok for seen in prober.probe([ask(target.url("/ok"))] * 50))
    assert time.monotonic() - begun < 10
    assert prober.collect() == []


def test_answers_come_in_the_order_of_the_questions(prober: CurlProber, target: Target) -> None:
    paths = ["/slow/0.3", "/status/503", "/ok", "/slow/0.1", "/status/404"]
    seen = prober.probe([ask(target.url(path)) for path in paths])
    assert [one.status for one in seen] == [200, 503, 200, 200, 404]


def test_submitted_questions_come_back_with_their_tags(prober: CurlProber, target: Target) -> None:
    tags = {f"check{i}": 200 if i % 2 else 503 for i in range(40)}
    prober.submit([(tag, ask(target.url("/ok" if status == 200 else "/status/503"))) for tag, status in tags.items()])
    found: dict[str, int | None] = {}

    def all_there() -> bool:
        found.update((answer.tag, answer.probe.status) for answer in prober.collect())
        return len(found) == len(tags)

    eventually(all_there)
    assert found == tags


def test_more_questions_than_places_are_all_answered(target: Target) -> None:
    prober = CurlProber(concurrency=3)
    seen = prober.probe([ask(target.url("/ok"))] * 200)
    prober.close()
    assert all(one.ok for one in seen)


def test_a_deploys_poll_goes_before_checks_that_wait_for_a_place(target: Target) -> None:
    prober = CurlProber(concurrency=1)
    prober.submit([(f"check{i}", ask(target.url("/slow/0.2"))) for i in range(20)])
    assert probe(prober, target.url("/ok")).ok
    assert len(prober.collect()) < 5
    prober.close()


def test_each_question_opens_a_connection_of_its_own_and_goes_past_proxies(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    prober = CurlProber()
    assert all(probe(prober, target.url("/ok")).ok for _ in range(3))
    assert target.heads[-1].startswith("GET /ok HTTP/1.1\r\n")
    assert "User-Agent: pointsman" in target.heads[-1]
    prober.close()


def test_closing_ends_at_once_and_later_questions_fail_in_words(target: Target) -> None:
    prober = CurlProber()
    prober.submit([("hang", ask(target.url("/hang"), 20))])
    eventually(lambda: target.seen["/hang"])
    begun = time.monotonic()
    prober.close()
    prober.close()
    assert time.monotonic() - begun < 5
    assert "did not get to ask" in probe(prober, target.url("/ok")).cause
    assert prober.probe([]) == []


@pytest.mark.parametrize(
    ("days", "name", "trusted", "cause"),
    [
        (30, "127.0.0.1", True, ""),
        (30, "127.0.0.1", False, "TLS: self-signed certificate"),
        (-1, "127.0.0.1", True, "TLS: certificate has expired"),
        (100, "127.0.0.1", True, "TLS: certificate is not yet valid or the system clock is incorrect"),
        (30, "shop.example.com", True, "TLS: the certificate is for another name"),
    ],
)
def test_certificates_are_checked(tmp_path: Path, days: int, name: str, trusted: bool, cause: str) -> None:
    context, roots = certificate(tmp_path, days, name)
    prober = CurlProber(roots=roots if trusted else None)
    with running(context) as target:
        seen = probe(prober, target.url("/ok"))
        again = probe(prober, target.url("/ok"))
    prober.close()
    assert (seen.ok, seen.cause) == (not cause, cause)
    assert again.ok is seen.ok  # no resumed session goes past the check


def test_a_plain_server_behind_an_https_address_is_said(prober: CurlProber, target: Target) -> None:
    seen = probe(prober, target.url("/ok").replace("http:", "https:"))
    assert seen.cause.startswith("TLS: ")


def test_a_tls_server_that_never_shakes_hands_is_said(prober: CurlProber) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        seen = probe(prober, f"https://127.0.0.1:{mute.getsockname()[1]}/", 0.3)
    assert re.fullmatch(r"no TLS handshake within 300 ms \(connected after \d+ ms\)", seen.cause)
