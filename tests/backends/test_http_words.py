import errno
from datetime import UTC, datetime, timedelta
from typing import Any

import pycurl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.backends.http_words import Seen, probe_of
from bot.phases import Phases
from bot.questions import Ask

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
HTTP = Ask("http://shop.example.com/healthz", timedelta(seconds=5))
HTTPS = Ask("https://shop.example.com/healthz", timedelta(seconds=5), body="ok")


def seen(code: int, status: int, total: float, body: bytes = b"", cut: bool = False, **more: Any) -> Seen:
    moments = {name: more.pop(name) for name in ("resolved", "connected", "secured", "first_byte") if name in more}
    return Seen(code, status, Phases(**moments, total=total), body, cut, **more)


@pytest.mark.parametrize(
    ("ask", "what", "cause"),
    [
        (HTTP, seen(0, 200, 0.041), ""),
        (HTTP, seen(pycurl.E_WRITE_ERROR, 200, 0.041, b"x", cut=True), ""),  # we hung up
        (HTTP, seen(pycurl.E_WRITE_ERROR, 200, 0.041, message="Failure writing"), "Failure writing"),
        (HTTPS, seen(0, 200, 0.041, b"all ok"), ""),
        (HTTPS, seen(0, 200, 0.041, b""), "body lacks 'ok' (answered 200: nothing)"),
        (HTTP, seen(0, 503, 0.041), "answered 503 in 41 ms"),
        (HTTP, seen(0, 503, 1.26, b"no such table"), "answered 503 in 1.3 s: no such table"),
        (HTTP, seen(0, 301, 0.002, location="/x"), "answered 301 in 2 ms, a redirect to /x, which is not followed"),
        (HTTP, seen(pycurl.E_OPERATION_TIMEDOUT, 0, 5.0), "name did not resolve within 5 s"),
        (HTTP, seen(pycurl.E_OPERATION_TIMEDOUT, 0, 5.0, resolved=0.01), "no connection within 5 s"),
        (
            HTTP,
            seen(pycurl.E_OPERATION_TIMEDOUT, 0, 5.0, resolved=0.01, connected=0.012),
            "no answer within 5 s (connected after 12 ms)",
        ),
        (
            HTTPS,
            seen(pycurl.E_OPERATION_TIMEDOUT, 0, 5.0, resolved=0.01, connected=0.012),
            "no TLS handshake within 5 s (connected after 12 ms)",
        ),
        (
            HTTPS,
            seen(pycurl.E_OPERATION_TIMEDOUT, 0, 5.0, resolved=0.01, connected=0.012, secured=0.03),
            "no answer within 5 s (connected after 12 ms)",
        ),
        (
            HTTP,
            seen(pycurl.E_OPERATION_TIMEDOUT, 200, 5.0, connected=0.012, first_byte=0.05),
            "answered 200 after 50 ms, but the body did not end within 5 s",
        ),
        (HTTP, seen(pycurl.E_COULDNT_CONNECT, 0, 0.1, os_errno=errno.ECONNREFUSED), "connection refused"),
        (HTTP, seen(pycurl.E_COULDNT_CONNECT, 0, 0.1, os_errno=errno.EHOSTUNREACH), "no route to the host"),
        (HTTP, seen(pycurl.E_COULDNT_CONNECT, 0, 0.1, os_errno=errno.ENETUNREACH), "network unreachable"),
        (HTTP, seen(pycurl.E_COULDNT_CONNECT, 0, 0.1), "no connection"),
        (HTTP, seen(pycurl.E_RECV_ERROR, 0, 0.1, os_errno=errno.ECONNRESET), "connection reset"),
        (HTTP, seen(pycurl.E_RECV_ERROR, 0, 0.1, message="Connection reset by peer"), "connection reset"),
        (HTTP, seen(pycurl.E_COULDNT_RESOLVE_HOST, 0, 0.1, os_errno=errno.ECONNREFUSED), "name does not resolve"),
        (
            HTTPS,
            seen(pycurl.E_PEER_FAILED_VERIFICATION, 0, 0.1, message="SSL certificate problem: certificate has expired"),
            "TLS: certificate has expired",
        ),
        (
            HTTPS,
            seen(
                pycurl.E_SSL_CONNECT_ERROR,
                0,
                0.1,
                message="TLS connect error: error:0A00010B:SSL routines::wrong version number",
            ),
            "TLS: the target does not speak it on this port",
        ),
        (HTTPS, seen(pycurl.E_SSL_CONNECT_ERROR, 0, 0.1), "TLS: the handshake failed"),
        (HTTP, seen(77777, 0, 0.1), "libcurl error 77777"),
        (HTTP, seen(77777, 0, 0.1, message="odd\nthing"), "odd thing"),
    ],
)
def test_each_ending_has_its_words(ask: Ask, what: Seen, cause: str) -> None:
    probe = probe_of(ask, what, NOW)
    assert (probe.ok, probe.cause) == (not cause, cause)
    assert probe.latency == what.phases.total
    assert probe.status == (what.status or None)
    assert probe.phases == what.phases


@given(st.integers(0, 120), st.integers(0, 599), st.binary(max_size=300), st.booleans(), st.text(max_size=50))
def test_no_ending_is_without_words(code: int, status: int, body: bytes, cut: bool, message: str) -> None:
    probe = probe_of(HTTPS, seen(code, status, 0.1, body, cut, message=message), NOW)
    assert probe.ok is not bool(probe.cause)
