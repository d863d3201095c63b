"""Whether somebody listens at a port, and says what they should."""

import asyncio
import time

from bot.backends.dialing import broken, connect, own_trouble
from bot.model import Probe
from bot.phases import span
from bot.questions import TcpAsk
from bot.quoting import clean, first_line

MOST_READ = 4096  # bytes of an answer in which the expected text must come


async def ask_tcp(ask: TcpAsk) -> Probe:
    """Well once it is connected; with an expected text, once that came."""
    begun, heard = time.monotonic(), bytearray()
    cause, connected = "", False
    try:
        async with asyncio.timeout(ask.timeout.total_seconds()):
            reader, writer = await connect(ask.host, ask.port)
            connected = True
            try:
                cause = await _talk(ask, reader, writer, heard)
            finally:
                writer.transport.abort()
    except TimeoutError as error:
        cause = broken(error) if error.errno else _late(ask, connected, bytes(heard))
    except OSError as error:
        if mine := own_trouble(error):
            return mine
        cause = broken(error)
    return Probe(not cause, time.monotonic() - begun, None, cause)


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
