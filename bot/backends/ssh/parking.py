"""Connections that wait a while for the next order to the same host: one connection per host and deploy."""

import threading
import time

from bot.backends.ssh.closing import close
from bot.backends.ssh.connection import Connection
from bot.model import Host

SECONDS = 20.0
"""From preflight to the first batch, and from a failed batch to its way back; a host's sshd is not kept busy longer."""

MOST = 500
"""Each is a thread and a socket of this process."""

Key = tuple[str, int, str]


class Parking:
    """At most one connection for each login of a host, and no more than `most`; safe to use from many threads."""

    def __init__(self, seconds: float = SECONDS, most: int = MOST) -> None:
        self._seconds, self._most = seconds, most
        self._parked: dict[Key, tuple[Connection, float]] = {}
        self._lock = threading.Lock()
        self._sweeping = False

    def take(self, host: Host) -> Connection | None:
        """One that seems sound; it may have been cut meanwhile all the same."""
        with self._lock:
            transport, _ = self._parked.pop(_key(host), (None, 0.0))
        if transport is None or transport.is_active():
            return transport
        close(transport)
        return None

    def leave(self, host: Host, transport: Connection) -> None:
        """It is closed when nobody has taken it in time, or at once where there is no room."""
        with self._lock:
            before, _ = self._parked.pop(_key(host), (None, 0.0))
            spare = transport if len(self._parked) >= self._most else before
            if spare is not transport:
                self._parked[_key(host)] = (transport, time.monotonic())
            self._sweep_later()
        if spare is not None:
            close(spare)

    def close(self) -> None:
        """All that are parked."""
        with self._lock:
            closing = [transport for transport, _ in self._parked.values()]
            self._parked.clear()
        for transport in closing:
            close(transport)

    def _sweep_later(self) -> None:
        """Within the lock."""
        if not self._sweeping and self._parked:
            self._sweeping = True
            timer = threading.Timer(self._seconds, self._sweep)
            timer.daemon = True
            timer.start()

    def _sweep(self) -> None:
        with self._lock:
            before = time.monotonic() - self._seconds
            over = [key for key, (_, since) in self._parked.items() if since <= before]
            closing = [self._parked.pop(key)[0] for key in over]
            self._sweeping = False
            self._sweep_later()
        for transport in closing:
            close(transport)


def _key(host: Host) -> Key:
    return host.address, host.port, host.user
