"""Cutting connections the hard way, as a network does: no answer, no goodbye."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import HTTPConnection
from uvicorn.protocols.http.h11_impl import H11Protocol

Abort = Callable[[], None]


class Lines:
    """The open TCP connections by the client's address, so that a request can cut its own."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """uvicorn's HTTP protocol, which also tells us about each connection."""
        lines = self._open

        class Known(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client:
                    for address in [address for address, line in lines.items() if line.is_closing()]:
                        del lines[address]
                    lines[self.client] = transport

        return Known

    def abort_all(self) -> None:
        """Cut every connection."""
        for transport in self._open.values():
            transport.abort()

    def abort(self, connection: HTTPConnection) -> Abort:
        """What cuts this request's or socket's connection."""
        client: Any = connection.scope.get("client")
        transport = self._open.get(tuple(client)) if client else None
        return transport.abort if transport else lambda: None
