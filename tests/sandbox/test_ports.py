"""Ports that are chosen now and used a little later."""

import socket
from pathlib import Path

import pytest

from bot.sandbox import ports
from bot.sandbox.ports import HIGHEST, LOWEST, free_port


def test_the_wanted_one_is_given_where_nobody_has_it() -> None:
    wanted = free_port()
    assert free_port(wanted) == wanted


def test_another_one_is_given_where_somebody_has_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted: int = taken.getsockname()[1]
        found = free_port(wanted)
    assert found != wanted
    assert LOWEST <= found <= HIGHEST


def test_no_outgoing_connection_takes_it_meanwhile() -> None:
    lowest, _ = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    assert int(lowest) > HIGHEST


def test_it_can_be_listened_on() -> None:
    with socket.socket() as used:
        used.bind(("127.0.0.1", free_port()))
        used.listen()


def test_where_none_is_free_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        only = taken.getsockname()[1]
        monkeypatch.setattr(ports, "LOWEST", only)
        monkeypatch.setattr(ports, "HIGHEST", only)
        monkeypatch.setattr(ports, "TRIES", 1)
        with pytest.raises(OSError, match="no free port was found"):
            free_port()
