"""Whether somebody listens at a port, and says what they should."""

import asyncio
import errno
import socket
import time
from ipaddress import ip_address

from bot.backends.http_words import BY_ERRNO, clean, first_line, span
from bot.model import Blind, Probe
from bot.questions import TcpAsk

MOST_READ = 4096  # bytes of an answer in which the expected text must come
OWN_TROUBLE = frozenset({errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM})


async def ask_tcp(ask: TcpAsk) -> Probe:
    """Well once it is connected; with an expected text, once that came."""
    begun, heard = time.monotonic(), bytearray()
    cause, blind, connected = "", None, False
    try:
        async with asyncio.timeout(ask.timeout.total_seconds()):
            reader, writer = await connect(ask.host, ask.port)
            connected = True
            try:
                cause = await _talk(ask, reader, writer, heard)
            finally:
                writer.transport.abort()
    except TimeoutError as error:
        cause = _broken(error) if error.errno else _late(ask, connected, bytes(heard))
    except OSError as error:
        cause, blind = _broken(error), Blind.UNKNOWN if error.errno in OWN_TROUBLE else None
    return Probe(not cause, time.monotonic() - begun, None, cause, blind)


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


async def _talk(ask: TcpAsk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: bytearray) -> str:
    """Why it is not well; empty when it is. What came stands in `heard`."""
    if ask.send:
        writer.write(ask.send.encode())
    wanted = ask.expect.encode()
    while wanted not in heard:
        more = await reader.read(MOST_READ - len(heard)) if len(heard) < MOST_READ else b""
        if not more:
            return _lacking(ask, bytes(heard), "the connection ended without" if len(heard) < MOST_READ else "")
        heard += more
    return ""


def _lacking(ask: TcpAsk, heard: bytes, how: str) -> str:
    said = first_line(heard)
    wanted = clean(ask.expect)
    if how and not said:
        return f"{how} a word; '{wanted}' was expected"
    return f"answered '{said}', not '{wanted}'"


def _late(ask: TcpAsk, connected: bool, heard: bytes) -> str:
    limit = span(ask.timeout.total_seconds())
    if not connected:
        return f"no connection within {limit}"
    if heard:
        return f"answered '{first_line(heard)}', not '{clean(ask.expect)}' within {limit}"
    return f"connected, but nothing came within {limit}; '{clean(ask.expect)}' was expected"


def _broken(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "name does not resolve"
    return BY_ERRNO.get(error.errno or 0) or clean(error.strerror or str(error))
