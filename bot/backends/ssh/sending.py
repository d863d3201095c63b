"""Sends a host what it wants to read, at the pace at which it reads."""

import contextlib
import time
from collections.abc import Callable, Iterator

import paramiko

PULSE_SECONDS = 0.2
"""How often it is asked whether to go on."""

GONE = (OSError, EOFError, paramiko.SSHException)


def send(channel: paramiko.Channel, chunks: Iterator[bytes], seconds: float, goes_on: Callable[[], bool]) -> None:
    """All, or as much as there is while it `goes_on`; then the end of the input.

    A host that reads no further says why in its own words, so that is no error. Raises TimeoutError when it takes
    nothing for so many seconds, and what the chunks raise.
    """
    pace = _Pace(seconds, goes_on)
    channel.settimeout(PULSE_SECONDS)
    for chunk in chunks:
        if not _sent(channel, chunk, pace):
            break
    with contextlib.suppress(*GONE):
        channel.shutdown_write()


class _Pace:
    """When something was last taken, and when it was last asked whether to go on."""

    def __init__(self, seconds: float, goes_on: Callable[[], bool]) -> None:
        self._seconds, self._goes_on = seconds, goes_on
        self._taken = self._asked = time.monotonic()

    def took(self) -> None:
        self._taken = time.monotonic()

    def over(self) -> bool:
        """Raises TimeoutError."""
        now = time.monotonic()
        if now > self._taken + self._seconds:
            raise TimeoutError
        if now < self._asked + PULSE_SECONDS:
            return False
        self._asked = now
        return not self._goes_on()


def _sent(channel: paramiko.Channel, chunk: bytes, pace: _Pace) -> bool:
    """False when the rest need not go. Raises TimeoutError."""
    while chunk:
        try:
            chunk = chunk[channel.send(chunk) :]
            pace.took()
        except TimeoutError:
            pass
        except GONE:
            return False
        if pace.over():
            return False
    return True
