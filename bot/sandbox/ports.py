"""Ports for what the sandbox starts a little later.

They lie below those that the system gives to outgoing connections, one of which would else take a port between its
choice and its use.
"""

import random
import socket
from collections.abc import Iterator

LOWEST, HIGHEST = 20_000, 32_767
TRIES = 200


def free_port(wanted: int = 0) -> int:
    """`wanted`, or another one if somebody has it. Raises OSError when none is found."""
    for port in _choices(wanted):
        if _is_free(port):
            return port
    raise OSError(f"no free port was found from {LOWEST} to {HIGHEST}")


def _choices(wanted: int) -> Iterator[int]:
    if wanted:
        yield wanted
    # Several sandboxes begin at once, some of them forks of one process: none shall draw what another draws.
    yield from random.SystemRandom().sample(range(LOWEST, HIGHEST + 1), TRIES)


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what only waits for late packets hinders nobody
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
