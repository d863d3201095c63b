"""Bytes for a host that reads slowly, stops reading, or is not there any more."""

from collections.abc import Iterator
from typing import Any

import paramiko
import pytest

from bot.backends.ssh import sending
from bot.backends.ssh.sending import send


class Channel:
    """Stands for paramiko's: takes as many bytes as it is `ready` for, then does as told."""

    def __init__(self, ready: list[int], then: Exception | None = None) -> None:
        self.ready, self.then = ready, then
        self.taken = b""
        self.over = False

    def settimeout(self, seconds: float) -> None:
        self.seconds = seconds

    def send(self, data: bytes) -> int:
        if not self.ready:
            raise self.then or TimeoutError
        count = min(self.ready.pop(0), len(data))
        if count == 0:
            raise TimeoutError
        self.taken += data[:count]
        return count

    def shutdown_write(self) -> None:
        self.over = True
        if self.then:
            raise self.then


def sent(channel: Channel, *chunks: bytes, seconds: float = 60, goes_on: bool = True) -> None:
    given: Any = channel
    send(given, iter(chunks), seconds, lambda: goes_on)


def test_all_arrives_however_little_is_taken_at_a_time() -> None:
    channel = Channel([1, 0, 2, 0, 100, 100])
    sent(channel, b"release", b"!")
    assert (channel.taken, channel.over) == (b"release!", True)


@pytest.mark.parametrize("error", [OSError("Socket is closed"), EOFError(), paramiko.SSHException("gone")])
def test_a_host_that_reads_no_further_is_no_error(error: Exception) -> None:
    channel = Channel([3], error)
    sent(channel, b"release", b"more")
    assert channel.taken == b"rel"


def test_a_host_that_takes_nothing_for_long_is_given_up() -> None:
    with pytest.raises(TimeoutError):
        sent(Channel([3]), b"release", seconds=-1)


def test_nothing_more_goes_once_somebody_says_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PULSE_SECONDS", 0.0)
    channel = Channel([7, 7])
    sent(channel, b"release", b"another", goes_on=False)
    assert (channel.taken, channel.over) == (b"release", True)


def test_what_cannot_be_read_here_is_not_blamed_on_the_host() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"rel"
        raise OSError(5, "Input/output error")

    channel: Any = Channel([100])
    with pytest.raises(OSError, match="Input/output error"):
        send(channel, chunks(), 60, lambda: True)
