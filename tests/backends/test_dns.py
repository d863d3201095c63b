"""Questions to a real name server."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.backends.dns import ask_dns
from bot.model import Probe
from bot.questions import DnsAsk
from tests.backends.name_server import serving
from tests.backends.targets import free_port

RECORDS = {
    ("shop.test.", "A"): ["10.0.0.5", "10.0.0.6"],
    ("shop.test.", "AAAA"): ["fd00::5"],
    ("shop.test.", "MX"): ["10 Mail.shop.test."],
    ("shop.test.", "TXT"): ['"v=spf1 include:Mail.test" " -all"', '"hello"'],
    ("www.shop.test.", "CNAME"): ["Shop.test."],
    ("many.test.", "A"): [f"10.0.1.{i}" for i in range(1, 8)],
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(RECORDS) as port:
        yield port


def probe(port: int, name: str, kind: str = "A", *expect: str, timeout: float = 20) -> Probe:
    return asyncio.run(ask_dns(DnsAsk(name, kind, timedelta(seconds=timeout), frozenset(expect), "127.0.0.1", port)))


@pytest.mark.parametrize(
    ("name", "kind", "expect"),
    [
        ("shop.test", "A", ()),
        ("shop.test.", "A", ("10.0.0.6",)),
        ("SHOP.test", "A", ("10.0.0.5", "10.0.0.6")),
        ("shop.test", "AAAA", ("FD00::5",)),
        ("shop.test", "MX", ("10 mail.shop.test",)),
        ("shop.test", "MX", ("10 mail.shop.test.",)),
        ("shop.test", "TXT", ("v=spf1 include:Mail.test -all",)),
        ("www.shop.test", "CNAME", ("shop.test",)),
    ],
)
def test_a_name_with_the_records_that_are_expected_is_well(
    port: int, name: str, kind: str, expect: tuple[str, ...]
) -> None:
    seen = probe(port, name, kind, *expect)
    assert (seen.ok, seen.cause, seen.blind) == (True, "", None)
    assert seen.latency > 0


@pytest.mark.parametrize(
    ("name", "kind", "expect", "cause"),
    [
        ("nobody.test", "A", (), "the name does not exist (NXDOMAIN)"),
        ("shop.test", "SRV", (), "the name exists, but has no SRV record"),
        ("shop.test", "A", ("10.0.0.7",), "resolves to 10.0.0.5, 10.0.0.6, not to 10.0.0.7"),
        ("shop.test", "A", ("10.0.0.5", "10.0.0.9"), "resolves to 10.0.0.5, 10.0.0.6, not to 10.0.0.9"),
        (
            "many.test",
            "A",
            ("10.0.0.5",),
            "resolves to 10.0.1.1, 10.0.1.2, 10.0.1.3, 10.0.1.4 and 3 more, not to 10.0.0.5",
        ),
        ("shop.test", "TXT", ("Hello",), "resolves to hello, v=spf1 include:Mail.test -all, not to Hello"),
        ("broken.test", "A", (), "127.0.0.1 gave no usable answer: SERVFAIL"),
    ],
)
def test_the_cause_says_what_is_there_instead(
    port: int, name: str, kind: str, expect: tuple[str, ...], cause: str
) -> None:
    seen = probe(port, name, kind, *expect)
    assert (seen.ok, seen.cause, seen.blind) == (False, cause, None)


def test_a_server_that_does_not_answer_is_told_from_a_name_that_is_not_there(port: int) -> None:
    assert probe(port, "silent.test", timeout=1).cause == "no answer from 127.0.0.1 within 1 s"
    seen = probe(free_port(), "shop.test", timeout=1)
    assert not seen.ok
    assert "does not exist" not in seen.cause
