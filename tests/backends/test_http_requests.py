"""Questions that are more than a GET of an address, and answers that must be more than 200, against real sockets."""

import re
import ssl
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.backends.http import CurlProber
from bot.hurdles import store_of
from bot.model import Blind, Probe
from bot.questions import Ask
from bot.questions.conditions import Certificate, Condition, Json, Latency, Matches
from bot.questions.request import Request
from tests.backends.http2_target import speaking_http2
from tests.backends.targets import Target, certificate, running

SECRET = "s3cr3t-of-the-shop"


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with running() as target:
        yield target


@pytest.fixture
def prober() -> Iterator[CurlProber]:
    prober = CurlProber(concurrency=1, secrets={"SHOP_TOKEN": SECRET})  # one handle, used again and again
    yield prober
    prober.close()


def ask(url: str, *conditions: Condition, timeout: float = 5, body: str = "", **request: Any) -> Ask:
    return Ask(url, timedelta(seconds=timeout), body=body, request=Request(**request), conditions=conditions)


def head_of(prober: CurlProber, target: Target, **request: Any) -> str:
    """What the target was sent."""
    assert prober.probe([ask(target.url("/ok"), **request)])[0].ok
    return target.heads[-1]


def follow(prober: CurlProber, url: str, times: int) -> Probe:
    return prober.probe([ask(url, follow=times)])[0]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("data", ["", '{"deep": true}\n'])
def test_each_method_is_sent_with_its_body(prober: CurlProber, target: Target, method: str, data: str) -> None:
    head = head_of(prober, target, method=method, data=data)
    assert head.startswith(f"{method} /ok HTTP/1.1\r\n")
    assert head.endswith(f"\r\n\r\n{data}")
    assert "Expect" not in head


def test_head_wants_no_body(prober: CurlProber, target: Target) -> None:
    assert head_of(prober, target, method="HEAD").startswith("HEAD /ok ")


def test_headers_are_sent_and_may_take_the_place_of_usual_ones(prober: CurlProber, target: Target) -> None:
    head = head_of(prober, target, headers=(("Host", "shop.test"), ("X-Ä", "ö"), ("User-Agent", "me")))
    assert "Host: shop.test\r\n" in head
    assert "X-Ä: ö\r\n" in head
    assert "pointsman" not in head


def test_a_secret_is_filled_in_on_the_way_and_stays_nowhere(prober: CurlProber, target: Target) -> None:
    asked = ask(target.url("/status/401"), headers=(("Authorization", "Bearer ${SHOP_TOKEN}"),))
    with capture_logs() as logs:
        seen = prober.probe([asked])[0]
    assert f"Authorization: Bearer {SECRET}\r\n" in target.heads[-1]
    assert SECRET not in repr((asked, seen, logs))


def test_a_secret_that_is_not_set_is_said_and_nothing_is_sent(prober: CurlProber, target: Target) -> None:
    before = len(target.heads)
    seen = prober.probe([ask(target.url("/ok"), headers=(("X-Key", "${OTHER}"),))])[0]
    assert seen.cause == "it cannot be asked: OTHER is not in CHECK_SECRETS"
    assert (seen.blind, seen.hurdle) == (Blind.UNKNOWN, store_of("OTHER"))  # the bot's own trouble is nobody's outage
    assert len(target.heads) == before


def test_nothing_of_one_question_goes_into_the_next(prober: CurlProber, target: Target) -> None:
    asked = ask(target.url("/ok"), method="POST", data="x", headers=(("X-Key", "1"),), follow=5, verify=False)
    assert prober.probe([asked])[0].ok
    plain = prober.probe([Ask(target.url("/redirect"), timedelta(seconds=5))])[0]
    assert target.heads[-1].startswith("GET /redirect HTTP/1.1\r\n")
    assert "X-Key" not in target.heads[-1]
    assert "which is not followed" in plain.cause


@pytest.mark.parametrize(("hops", "times"), [(1, 1), (3, 3), (3, 5), (5, 5)])
def test_redirects_are_followed_as_often_as_asked_for(
    prober: CurlProber, target: Target, hops: int, times: int
) -> None:
    seen = prober.probe([ask(target.url(f"/hops/{hops}"), follow=times, body="arrived")])[0]
    assert (seen.ok, seen.status) == (True, 200)


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("/redirect", r"redirected more than 3 times, at last to http://127\.0\.0\.1:\d+/redirect"),
        ("/hops/4", r"redirected more than 3 times, at last to http://127\.0\.0\.1:\d+/hops/0"),
        ("/to/ftp%3A//127.0.0.1/x", r"answered 302, a redirect to an address that is neither http nor https"),
        ("/to/file%3A///etc/passwd", r"answered 302, a redirect to an address that is neither http nor https"),
        ("/to/http%3A//127.0.0.1%3A1/", r"connection refused"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_said(prober: CurlProber, target: Target, path: str, cause: str) -> None:
    seen = follow(prober, target.url(path), 3)
    assert not seen.ok
    assert re.fullmatch(cause, seen.cause), seen.cause


def test_a_loop_of_redirects_is_left_after_so_many(prober: CurlProber, target: Target) -> None:
    before = target.seen["/redirect"]
    assert not follow(prober, target.url("/redirect"), 7).ok
    assert target.seen["/redirect"] - before == 8


def test_a_password_does_not_follow_a_redirect_to_somebody_else(prober: CurlProber, target: Target) -> None:
    headers = (("Authorization", "Bearer ${SHOP_TOKEN}"), ("Cookie", "a=${SHOP_TOKEN}"))
    with running() as other:
        there = other.url("/ok").replace("127.0.0.1", "localhost")
        assert prober.probe([ask(target.url(f"/to/{there}"), follow=1, headers=headers)])[0].ok
        assert other.heads
        assert SECRET not in other.heads[-1]
    assert SECRET in target.heads[-1]


@pytest.mark.parametrize(
    ("path", "condition", "cause"),
    [
        ("/json/{%22db%22:%20{%22ok%22:%20true}}", Json("db.ok", equals=True), ""),
        ("/json/{%22db%22:%20{%22ok%22:%20false}}", Json("db.ok", equals=True), "db.ok is false, not true"),
        ("/ok", Json("db.ok", equals=True), r"its body is not JSON \(answered 200: all is ok\)"),
        ("/endless", Json("db.ok", equals=True), r"its body is larger than 64 KiB, and JSON that is cut.*"),
        ("/big/70000/x", Json("db.ok", equals=True), r"its body is larger than 64 KiB, and JSON that is cut.*"),
        ("/endless", Matches("hay"), ""),
        ("/endless", Matches("needle in"), r"the first 64 KiB of its body do not match /needle in/ .*"),
        ("/ok", Matches("(x+x+)+y"), r"body does not match .*"),
        ("/slow/0.2", Latency(timedelta(milliseconds=50)), r"took \d+ ms, \d+ ms of them until the first byte; at.*"),
        ("/ok", Latency(timedelta(seconds=30)), ""),
        ("/status/503", Json("db.ok", equals=True), r"answered 503 in \d+ ms: no such table: orders"),
        ("/drip", Matches("x"), r"answered 200 after \d+ ms, but the body did not end within 300 ms"),
    ],
)
def test_conditions_are_asked_of_the_answer(
    prober: CurlProber, target: Target, path: str, condition: Condition, cause: str
) -> None:
    seen = prober.probe([ask(target.url(path), condition, timeout=0.3 if path == "/drip" else 30)])[0]
    assert seen.ok is not bool(cause)
    assert re.fullmatch(cause, seen.cause), seen.cause


def test_the_first_condition_that_does_not_hold_is_the_cause(prober: CurlProber, target: Target) -> None:
    conditions = (Matches("ok"), Matches("first"), Matches("second"))
    seen = prober.probe([ask(target.url("/ok"), *conditions)])[0]
    assert "/first/" in seen.cause


def test_every_answer_tells_where_its_time_went(prober: CurlProber, target: Target) -> None:
    good, slow, refused = prober.probe(
        [ask(target.url("/ok")), ask(target.url("/slow/0.2")), ask("http://127.0.0.1:1/")]
    )
    assert good.phases is not None
    assert 0 < good.phases.connected <= good.phases.first_byte <= good.phases.total == good.latency
    assert good.phases.secured == 0
    assert slow.phases is not None
    assert slow.phases.first_byte - slow.phases.connected > 0.1
    assert refused.phases is not None
    assert refused.phases.first_byte == 0


@pytest.mark.parametrize(
    ("days", "wanted", "cause"),
    [
        (30, 14, ""),
        (9, 14, r"certificate expires in 8 days, on \d{4}-\d\d-\d\d; more than 14 days are wanted"),
        (-1, 14, r"TLS: certificate has expired"),
    ],
)
def test_a_certificate_that_ends_soon_is_said_in_days(tmp_path: Path, days: int, wanted: int, cause: str) -> None:
    context, roots = certificate(tmp_path, days)
    prober = CurlProber(roots=roots)
    with running(context) as target:
        seen = prober.probe([ask(target.url("/ok"), Certificate(timedelta(days=wanted)))])[0]
    prober.close()
    assert re.fullmatch(cause, seen.cause), seen.cause
    assert seen.phases is not None
    assert (seen.phases.secured > 0) is (days > 0)


def test_an_untrusted_certificate_is_taken_where_the_check_says_so(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path, -1, "shop.example.com")
    prober = CurlProber(concurrency=1)
    with running(context) as target:
        assert prober.probe([ask(target.url("/ok"), verify=False)])[0].ok
        assert not prober.probe([ask(target.url("/ok"))])[0].ok  # and not one question longer
        ends = prober.probe([ask(target.url("/ok"), Certificate(timedelta(days=1)), verify=False)])[0]
    prober.close()
    assert re.fullmatch(r"certificate expired on \d{4}-\d\d-\d\d", ends.cause)


@pytest.mark.parametrize("curve", ["prime256v1", "secp384r1", "secp521r1", "X25519"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_target_may_insist_on_its_curve_and_its_version(tmp_path: Path, curve: str, version: ssl.TLSVersion) -> None:
    context, roots = certificate(tmp_path)
    context.minimum_version = context.maximum_version = version
    context.set_ecdh_curve(curve)
    prober = CurlProber(roots=roots)
    with running(context) as target:
        (seen,) = prober.probe([ask(target.url("/ok"))])
    prober.close()
    assert seen.ok, seen.cause


def test_http2_is_spoken_over_tls_and_without(tmp_path: Path) -> None:
    context, roots = certificate(tmp_path)
    prober = CurlProber(roots=roots)
    with speaking_http2(context) as secure, speaking_http2() as plain:
        for target in (secure, plain):
            seen = prober.probe([ask(target.url, http2=True, body="ok")] * 2)
            assert [(one.ok, one.status, one.cause) for one in seen] == [(True, 200, "")] * 2
            assert target.asked == 2
    prober.close()


def test_who_speaks_only_http1_is_told_apart(tmp_path: Path, target: Target) -> None:
    context, roots = certificate(tmp_path)
    prober = CurlProber(roots=roots)
    with running(context) as secure:
        seen = prober.probe([ask(secure.url("/ok"), http2=True), ask(target.url("/ok"), http2=True)])
    prober.close()
    assert seen[0].cause == "answered by HTTP/1.1, not by HTTP/2"
    assert not seen[1].ok
    assert seen[1].cause


def test_targets_that_trickle_or_never_end_delay_nobody(target: Target) -> None:
    prober = CurlProber()
    paths = ("/drip", "/driphead", "/hang", "/endless")
    slow = [(f"{path}{i}", ask(target.url(path), Matches("^never$"), timeout=60)) for path in paths for i in range(10)]
    prober.submit(slow)
    begun = time.monotonic()
    wanted = Json("db.ok", equals=True)
    assert all(seen.ok for seen in prober.probe([ask(target.url("/json/{%22db%22:{%22ok%22:true}}"), wanted)] * 50))
    assert time.monotonic() - begun < 50
    assert not [answer.tag for answer in prober.collect() if not answer.tag.startswith("/endless")]
    prober.close()
