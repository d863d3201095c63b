"""Why a connection did not come about: never nothing, or it would count as well."""

import errno
import socket

import pytest

from bot.backends.dialing import broken, is_address, own_trouble
from bot.hurdles import MACHINE
from bot.model import Blind


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OSError(), "OSError"),
        (ConnectionResetError(), "connection closed without an answer"),
        (ConnectionAbortedError("SSL handshake"), "connection closed without an answer"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "connection reset"),
        (OSError(errno.EHOSTUNREACH, "x"), "no route to the host"),
        (OSError(errno.EBADF, "Bad file"), "Bad file"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "name does not resolve"),
        (OSError("Multiple exceptions: [Errno 111] one, [Errno 111] two"), "Multiple exceptions: [Errno 111] one, .*"),
    ],
)
def test_every_error_has_words(error: OSError, cause: str) -> None:
    said = broken(error)
    assert said == cause or said.startswith(cause.removesuffix(".*"))


@pytest.mark.parametrize(
    ("number", "own"),
    [(errno.EMFILE, True), (errno.EADDRNOTAVAIL, True), (errno.ECONNREFUSED, False), (errno.ENETUNREACH, False)],
)
def test_what_the_bots_own_host_lacks_says_nothing_of_the_target(number: int, own: bool) -> None:
    found = own_trouble(OSError(number, "x"))
    assert (found is not None) is own
    assert found is None or (found.ok, found.blind, found.hurdle) == (False, Blind.UNKNOWN, MACHINE)


@pytest.mark.parametrize(("host", "is_one"), [("10.0.0.5", True), ("fd00::5", True), ("db", False), ("10.0.0", False)])
def test_an_address_is_told_from_a_name(host: str, is_one: bool) -> None:
    assert is_address(host) is is_one
