"""Checks of other kinds than http, from a real target to the message: what is asked and what was seen instead."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.backends.async_prober import AsyncProber
from bot.backends.dns import ask_dns
from bot.backends.probers import Probers
from bot.backends.tcp import ask_tcp
from bot.backends.tls import TlsAsker
from bot.engine.monitor import Monitor
from bot.model import Health
from bot.questions import DnsAsk, TcpAsk, TlsAsk
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from tests.backends.name_server import serving
from tests.backends.talkers import hang, talking
from tests.backends.targets import certificate, free_port
from tests.backends.test_tls import speaking
from tests.engine.watching import SHOP, HandClock
from tests.fleet.samples import PRODUCTION, changed, load
from tests.waiting import eventually

Told = Callable[..., str]


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    """The first message that a check makes, with all its blocks."""
    db = Database(tmp_path / "state.db")
    apply_all(db)
    opened: list[Probers] = []

    def tell(roots: Path | None = None, **check: Any) -> str:
        keys = {"name": "one", "every": "1s", "down_after": 2, "action": "runbook", **check}
        fleet = load(changed(((*PRODUCTION, "checks"), [keys]), (("alerts",), {"group_wait": "0s"})))
        network = AsyncProber({TcpAsk: ask_tcp, TlsAsk: TlsAsker(roots).ask, DnsAsk: ask_dns})
        opened.append(Probers(dict.fromkeys((TcpAsk, TlsAsk, DnsAsk), network)))
        clock = HandClock()
        monitor = Monitor(db, Outbox(db), opened[-1], lambda: fleet, lambda *_: None, clock)

        def message() -> str:
            clock.sleep(timedelta(seconds=0.5))
            monitor.sweep()
            with db.reading() as rows:
                found = [row["payload"] for row in rows.query("SELECT payload FROM outbox ORDER BY id")]
            known = monitor.overview(SHOP).checks[0].state.health
            return found[0] if found else "well" if known is Health.UP else ""

        return eventually(message, 60)

    yield tell
    for probers in opened:
        probers.close()
    db.close()


def test_a_port_that_takes_connections_is_up_in_silence(told: Told) -> None:
    with talking(hang) as port:
        assert told(tcp=f"127.0.0.1:{port}") == "well"


def test_a_port_that_takes_none_is_down_with_its_cause(told: Told) -> None:
    port = free_port()
    message = told(tcp=f"127.0.0.1:{port}")
    assert message.startswith('{"text":"DOWN')
    assert f"TCP 127.0.0.1:{port}" in message
    assert "connection refused" in message


def test_a_certificate_that_ends_soon_says_when(told: Told, tmp_path: Path) -> None:
    context, roots = certificate(tmp_path, 5, "shop.test")
    with talking(speaking(context)) as port:
        message = told(roots, tls={"address": f"127.0.0.1:{port}", "server": "shop.test"})
    assert "the certificate of shop.test expires in " in message


def test_a_name_that_is_gone_is_down_with_its_cause(told: Told) -> None:
    with serving({("shop.test.", "A"): ["10.0.0.5"]}) as port:
        message = told(dns={"domain": "gone.test", "resolver": f"127.0.0.1:{port}"})
    assert "DNS A gone.test" in message
    assert "the name does not exist (NXDOMAIN)" in message


def test_a_server_that_never_speaks_is_down_after_its_time(told: Told) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        port = silent.getsockname()[1]
        message = told(tcp={"address": f"127.0.0.1:{port}", "expect": "220"}, timeout="200ms")
    assert "nothing came within 200 ms" in message
