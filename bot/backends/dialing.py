"""Opens TCP connections for checks, and says in words why one did not come about."""

import asyncio
import errno
import socket
from ipaddress import ip_address

from bot.backends.http_words import BY_ERRNO
from bot.hurdles import MACHINE
from bot.model import Probe
from bot.quoting import clean

OWN_TROUBLE = frozenset({errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM})


async def connect(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Raises OSError; gaierror where the name does not resolve. Of several addresses the first that answers."""
    if is_address(host):  # nothing to look up, and no thread to do it
        return await asyncio.open_connection(host, port)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    reachable = list(dict.fromkeys(str(address[4][0]) for address in found))
    if len(reachable) == 1:
        return await asyncio.open_connection(reachable[0], port)
    return await asyncio.open_connection(host, port, happy_eyeballs_delay=0.25)


def is_address(host: str) -> bool:
    """Rather than a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def broken(error: OSError) -> str:
    """Never empty."""
    if isinstance(error, socket.gaierror):
        return "name does not resolve"
    if isinstance(error, ConnectionError) and not error.errno:  # asyncio's, for an end that it did not expect
        return "connection closed without an answer"
    return BY_ERRNO.get(error.errno or 0) or clean(error.strerror or str(error)) or type(error).__name__


def own_trouble(error: OSError) -> Probe | None:
    """No free port or file says something of the bot's host, and nothing of the target."""
    return Probe.unasked(MACHINE, broken(error)) if error.errno in OWN_TROUBLE else None
