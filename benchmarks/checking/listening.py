"""The targets' own process: one small server for all addresses, which notes when each check asked.

python -m benchmarks.checking.listening DIRECTORY      plain without it, TLS with a certificate for each address there

Prints its port, then reads a command on each line and answers with one line of JSON: see `Desk`.
"""

import asyncio
import json
import ssl
import sys
import threading
import time
from pathlib import Path
from typing import Any

import click

from benchmarks.checking.certificates import Authority
from benchmarks.checking.scene import EVERY, addresses
from bot.plan.schedule import spread

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"
BACKLOG = 512


class Book:
    """Who asked since the last `mark`, and how long after the moment that it was due."""

    def __init__(self) -> None:
        self._phases: dict[str, float] = {}
        self.mark(0)

    def mark(self, expected: int) -> None:
        """Begins anew; `complete_at` will be when so many different checks have asked."""
        self.asked, self.expected, self.complete_at = 0, expected, None
        self.seen: set[str] = set()
        self.lags: list[float] = []
        self.complete_at: float | None

    def note(self, check: str) -> None:
        now = time.time()
        phase = self._phases.get(check)
        if phase is None:
            phase = self._phases[check] = spread(check) * EVERY
        self.asked += 1
        self.lags.append((now - phase) % EVERY)
        self.seen.add(check)
        if self.complete_at is None and len(self.seen) == self.expected:
            self.complete_at = now

    def report(self) -> dict[str, Any]:
        lags = sorted(self.lags) or [0.0]
        shares = {f"p{share}": lags[min(len(lags) - 1, len(lags) * share // 100)] for share in (50, 99, 100)}
        return {"asked": self.asked, "seen": len(self.seen), "complete_at": self.complete_at, "lag": shares}


class Answerer(asyncio.Protocol):
    def __init__(self, address: str, desk: "Desk") -> None:
        self._address, self._desk = address, desk

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(ANSWER)
        self._transport.close()
        self._desk.answered(self._address, data.split(b" ", 2)[1].decode().lstrip("/"))


class Desk:
    """`mark NUMBER` and `report` as in Book; `die ADDRESS`: once it has answered, its target closes. Says when."""

    def __init__(self) -> None:
        self._book = Book()
        self._servers: dict[str, asyncio.Server] = {}
        self._doomed: set[str] = set()

    async def open(self, authority: Authority | None) -> int:
        """Its port, once every address answers there."""
        port = 0
        for address in addresses():
            server = await asyncio.get_running_loop().create_server(
                lambda address=address: Answerer(address, self),  # type: ignore[misc]
                address,
                port,
                backlog=BACKLOG,
                ssl=_context(authority, address) if authority else None,
            )
            self._servers[address] = server
            port = server.sockets[0].getsockname()[1]
        return port

    def answered(self, address: str, check: str) -> None:
        if address in self._doomed:
            self._doomed.discard(address)
            self._servers.pop(address).close()
            say({"died_at": time.time()})
        elif not check.startswith("doomed"):
            self._book.note(check)

    def hear(self, line: str) -> None:
        match line.split():
            case ["mark", number]:
                self._book.mark(int(number))
                say({})
            case ["report"]:
                say(self._book.report())
            case ["die", address]:
                self._doomed.add(address)


def say(what: dict[str, Any]) -> None:
    click.echo(json.dumps(what))


def _context(authority: Authority, address: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.chain(address))
    context.num_tickets = 0  # nobody here resumes a session
    return context


async def serve(authority: Authority | None) -> None:
    desk, loop = Desk(), asyncio.get_running_loop()
    click.echo(await desk.open(authority))
    over = asyncio.Event()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(desk.hear, line)
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=listen, daemon=True).start()
    await over.wait()


if __name__ == "__main__":
    asyncio.run(serve(Authority(Path(sys.argv[1])) if len(sys.argv) > 1 else None))
