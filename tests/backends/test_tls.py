"""Certificates of real TLS servers, sound and otherwise."""

import asyncio
import re
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.backends.tls import TlsAsker
from bot.model import Probe
from bot.questions import TlsAsk
from tests.backends.talkers import Talk, hang, saying, talking
from tests.backends.targets import certificate, free_port


def speaking(context: ssl.SSLContext) -> Talk:
    def talk(connection: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
            hang(secured)

    return talk


def probe(
    asker: TlsAsker, port: int, name: str = "shop.test", days: int = 14, timeout: float = 30, host: str = "127.0.0.1"
) -> Probe:
    return asyncio.run(asker.ask(TlsAsk(host, port, name, days, timedelta(seconds=timeout))))


def seen(directory: Path, days: int, name: str = "shop.test", asked: str = "shop.test", wanted: int = 14) -> Probe:
    """What a server with a certificate of so many days looks like to who trusts it."""
    context, roots = certificate(directory, days, name)
    with talking(speaking(context)) as port:
        return probe(TlsAsker(roots), port, asked, wanted)


@pytest.mark.parametrize(("days", "wanted"), [(30, 14), (16, 14), (3, 1), (1, 0)])
def test_a_trusted_certificate_that_lives_long_enough_is_well(tmp_path: Path, days: int, wanted: int) -> None:
    found = seen(tmp_path, days, wanted=wanted)
    assert (found.ok, found.cause, found.blind) == (True, "", None)
    assert found.latency > 0


def test_an_address_is_a_name_too(tmp_path: Path) -> None:
    assert seen(tmp_path, 30, "127.0.0.1", "127.0.0.1").ok


@pytest.mark.parametrize(
    ("days", "asked", "cause"),
    [
        (
            9,
            "shop.test",
            r"the certificate of shop\.test expires in [89] days \(\d{4}-.* UTC\); more than 14 days were .*",
        ),
        (
            1,
            "shop.test",
            r"the certificate of shop\.test expires in 2[34] hours \(.*\); more than 14 days were expected",
        ),
        (-3, "shop.test", r"the certificate of shop\.test expired [23] days ago \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)"),
        (100, "shop.test", r"the certificate of shop\.test is valid only from \d{4}-\d\d-\d\d \d\d:\d\d UTC on"),
        (30, "api.test", r"the certificate is for shop\.test, not for api\.test"),
        (30, "127.0.0.1", r"the certificate is for shop\.test, not for 127\.0\.0\.1"),
    ],
)
def test_the_cause_says_what_expires_when_or_whose_it_is(tmp_path: Path, days: int, asked: str, cause: str) -> None:
    found = seen(tmp_path, days, asked=asked)
    assert (found.ok, found.blind) == (False, None)
    assert re.fullmatch(cause, found.cause), found.cause


def test_a_certificate_of_an_unknown_hand_is_not_trusted(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path, 30, "shop.test")
    with talking(speaking(context)) as port:
        found = probe(TlsAsker(), port)
    assert found.cause == "the certificate of shop.test is not trusted: it is signed by itself"


def test_the_date_is_that_of_the_clock(tmp_path: Path) -> None:
    context, roots = certificate(tmp_path, 30, "shop.test")
    later = datetime.now(UTC) + timedelta(days=20)
    with talking(speaking(context)) as port:
        found = probe(TlsAsker(roots, lambda: later), port)
    assert re.match(r"the certificate of shop\.test expires in (9|10) days", found.cause), found.cause


@pytest.mark.parametrize(
    ("talk", "timeout", "cause"),
    [
        (saying(b"220 mail.example.com ESMTP\r\n"), 30, "the target does not speak TLS on this port"),
        (hang, 0.5, r"no TLS handshake within 500 ms \(connected after \d+ ms\)"),
        (
            lambda connection: None,
            30,
            "connection (reset|closed without an answer)|the connection ended in the middle of the TLS handshake",
        ),
    ],
)
def test_a_server_that_shakes_no_hands_is_said(talk: Talk, timeout: float, cause: str) -> None:
    with talking(talk) as port:
        found = probe(TlsAsker(), port, timeout=timeout)
    assert not found.ok
    assert re.fullmatch(cause, found.cause), found.cause


def test_nobody_listening_and_no_name_are_told_apart() -> None:
    assert probe(TlsAsker(), free_port()).cause == "connection refused"
    assert probe(TlsAsker(), 443, host="nobody.invalid").cause == "name does not resolve"
