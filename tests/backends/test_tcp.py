"""TCP questions to real sockets, well and otherwise."""

import asyncio
import re
import socket
from datetime import timedelta

import pytest

from bot.backends.tcp import ask_tcp
from bot.model import Probe
from bot.questions import TcpAsk
from tests.backends.talkers import Talk, hang, saying, talking
from tests.backends.targets import free_port


def probe(port: int, send: str = "", expect: str = "", timeout: float = 10, host: str = "127.0.0.1") -> Probe:
    return asyncio.run(ask_tcp(TcpAsk(host, port, timedelta(seconds=timeout), send, expect)))


def leave(_connection: socket.socket) -> None: ...


def echo(connection: socket.socket) -> None:
    connection.sendall(b"you said " + connection.recv(1024))
    hang(connection)


def flood(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"hay " * 1024)


@pytest.mark.parametrize(
    ("talk", "send", "expect"),
    [
        (hang, "", ""),
        (leave, "", ""),
        (saying(b"SSH-2.0-OpenSSH_9.2\r\n"), "", "SSH-2.0"),
        (saying(b"220 mail.example.com\r\n"), "", "mail"),
        (echo, "PING\r\n", "said PING"),
        (echo, "grüß", "grüß"),
    ],
)
def test_connecting_is_enough_unless_something_must_be_said(talk: Talk, send: str, expect: str) -> None:
    with talking(talk) as port:
        seen = probe(port, send, expect)
    assert (seen.ok, seen.cause, seen.blind) == (True, "", None)
    assert 0 < seen.latency < 10


@pytest.mark.parametrize(
    ("talk", "timeout", "cause"),
    [
        (saying(b"500 go away\x1b[31m\r\n", leave), 10, r"answered '500 go away \[31m', not '220'"),
        (saying(b"500 go away\r\n"), 0.3, r"answered '500 go away', not '220' within 300 ms"),
        (leave, 10, r"the connection ended without a word; '220' was expected"),
        (hang, 0.3, r"connected, but nothing came within 300 ms; '220' was expected"),
        (flood, 10, r"answered 'hay hay .*…', not '220'"),
    ],
)
def test_the_cause_says_what_came_instead(talk: Talk, timeout: float, cause: str) -> None:
    with talking(talk) as port:
        seen = probe(port, expect="220 ", timeout=timeout)
    assert not seen.ok
    assert seen.blind is None
    assert re.fullmatch(cause, seen.cause), seen.cause


def test_nobody_listening_is_connection_refused() -> None:
    seen = probe(free_port())
    assert (seen.ok, seen.cause, seen.blind) == (False, "connection refused", None)


def test_a_name_with_two_addresses_is_well_when_one_of_them_answers() -> None:
    with talking(hang) as port:
        assert probe(port, host="localhost").ok


def test_a_name_that_does_not_exist_does_not_resolve() -> None:
    assert probe(80, host="nobody.invalid").cause == "name does not resolve"


def test_a_full_backlog_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(deaf.getsockname())
        seen = probe(deaf.getsockname()[1], timeout=0.3)
        for client in waiting:
            client.close()
    assert seen.cause == "no connection within 300 ms"
