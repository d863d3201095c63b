import errno
from datetime import timedelta

import pycurl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.backends.http_words import FIRST_LINE, Seen, clean, first_line, probe_of, span
from bot.questions import Ask

HTTP = Ask("http://shop.example.com/healthz", timedelta(seconds=5))
HTTPS = Ask("https://shop.example.com/healthz", timedelta(seconds=5), body="ok")


@pytest.mark.parametrize(
    ("ask", "seen", "cause"),
    [
        (HTTP, Seen(0, 200, 0.041), ""),
        (HTTP, Seen(pycurl.E_WRITE_ERROR, 200, 0.041, b"x", cut=True), ""),  # we hung up
        (HTTP, Seen(pycurl.E_WRITE_ERROR, 200, 0.041, message="Failure writing"), "Failure writing"),
        (HTTPS, Seen(0, 200, 0.041, b"all ok"), ""),
        (HTTPS, Seen(0, 200, 0.041, b""), "body lacks 'ok' (answered 200: nothing)"),
        (HTTP, Seen(0, 503, 0.041), "answered 503 in 41 ms"),
        (HTTP, Seen(0, 503, 1.26, b"no such table"), "answered 503 in 1.3 s: no such table"),
        (HTTP, Seen(0, 301, 0.002, location="/x"), "answered 301 in 2 ms, a redirect to /x, which is not followed"),
        (HTTP, Seen(pycurl.E_OPERATION_TIMEDOUT, 0, 5.0), "name did not resolve within 5 s"),
        (HTTP, Seen(pycurl.E_OPERATION_TIMEDOUT, 0, 5.0, resolved=0.01), "no connection within 5 s"),
        (
            HTTP,
            Seen(pycurl.E_OPERATION_TIMEDOUT, 0, 5.0, resolved=0.01, connected=0.012),
            "no answer within 5 s (connected after 12 ms)",
        ),
        (
            HTTPS,
            Seen(pycurl.E_OPERATION_TIMEDOUT, 0, 5.0, resolved=0.01, connected=0.012),
            "no TLS handshake within 5 s (connected after 12 ms)",
        ),
        (
            HTTPS,
            Seen(pycurl.E_OPERATION_TIMEDOUT, 0, 5.0, resolved=0.01, connected=0.012, secured=0.03),
            "no answer within 5 s (connected after 12 ms)",
        ),
        (
            HTTP,
            Seen(pycurl.E_OPERATION_TIMEDOUT, 200, 5.0, connected=0.012, first_byte=0.05),
            "answered 200 after 50 ms, but the body did not end within 5 s",
        ),
        (HTTP, Seen(pycurl.E_COULDNT_CONNECT, 0, 0.1, os_errno=errno.ECONNREFUSED), "connection refused"),
        (HTTP, Seen(pycurl.E_COULDNT_CONNECT, 0, 0.1, os_errno=errno.EHOSTUNREACH), "no route to the host"),
        (HTTP, Seen(pycurl.E_COULDNT_CONNECT, 0, 0.1, os_errno=errno.ENETUNREACH), "network unreachable"),
        (HTTP, Seen(pycurl.E_COULDNT_CONNECT, 0, 0.1), "no connection"),
        (HTTP, Seen(pycurl.E_RECV_ERROR, 0, 0.1, os_errno=errno.ECONNRESET), "connection reset"),
        (HTTP, Seen(pycurl.E_RECV_ERROR, 0, 0.1, message="Connection reset by peer"), "connection reset"),
        (HTTP, Seen(pycurl.E_COULDNT_RESOLVE_HOST, 0, 0.1, os_errno=errno.ECONNREFUSED), "name does not resolve"),
        (
            HTTPS,
            Seen(pycurl.E_PEER_FAILED_VERIFICATION, 0, 0.1, message="SSL certificate problem: certificate has expired"),
            "TLS: certificate has expired",
        ),
        (
            HTTPS,
            Seen(
                pycurl.E_SSL_CONNECT_ERROR,
                0,
                0.1,
                message="TLS connect error: error:0A00010B:SSL routines::wrong version number",
            ),
            "TLS: the target does not speak it on this port",
        ),
        (HTTPS, Seen(pycurl.E_SSL_CONNECT_ERROR, 0, 0.1), "TLS: the handshake failed"),
        (HTTP, Seen(77777, 0, 0.1), "libcurl error 77777"),
        (HTTP, Seen(77777, 0, 0.1, message="odd\nthing"), "odd thing"),
    ],
)
def test_each_ending_has_its_words(ask: Ask, seen: Seen, cause: str) -> None:
    probe = probe_of(ask, seen)
    assert (probe.ok, probe.cause) == (not cause, cause)
    assert probe.latency == seen.total
    assert probe.status == (seen.status or None)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"", ""),
        (b"\n\n  \t\nfirst\nsecond", "first"),
        (b"caf\xc3\xa9 \xff", "café �"),
        (b"\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("right \u202eto left".encode(), "right to left"),
        (b"<html><head><title lang=en>\n Gateway\n Timeout </title>", "Gateway Timeout"),
        (b"<p>no title</p>", "<p>no title</p>"),
        (b"x" * 500, "x" * (FIRST_LINE - 1) + "…"),
    ],
)
def test_the_first_line_of_a_body_is_one_that_says_something(body: bytes, line: str) -> None:
    assert first_line(body) == line


@given(st.text())
def test_a_cleaned_line_is_one_short_line(text: str) -> None:
    line = clean(text)
    assert len(line) <= FIRST_LINE
    assert len(line.splitlines()) <= 1
    assert all(character == " " or character.isprintable() or ord(character) > 0x9F for character in line)


@given(st.integers(0, 120), st.integers(0, 599), st.binary(max_size=300), st.booleans(), st.text(max_size=50))
def test_no_ending_is_without_words(code: int, status: int, body: bytes, cut: bool, message: str) -> None:
    probe = probe_of(HTTPS, Seen(code, status, 0.1, body, cut, message))
    assert probe.ok is not bool(probe.cause)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "1 ms"), (0.0414, "41 ms"), (0.25, "250 ms"), (1, "1 s"), (5, "5 s"), (12.34, "12.3 s")]
)
def test_times_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert span(seconds) == words
