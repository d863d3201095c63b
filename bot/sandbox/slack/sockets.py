"""Socket Mode: the app's WebSockets, hello, envelopes and their acks, and the ways in which Slack hangs up.

Facts: docs.slack.dev/apis/events-api/using-socket-mode. At most ten connections, each payload goes to one of them.
Whether Slack takes an ack on another socket than the envelope's is not documented; here it is taken.
"""

import asyncio
import itertools
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.slack.entities import Json

MOST_CONNECTIONS = 10
GRACE = {"warning": 10.0, "refresh_requested": 2.0}  # seconds until the old connection is cut
HANGING_UP = ("too_many_websockets", "link_disabled")
REASONS = (*GRACE, *HANGING_UP)


@dataclass(slots=True)
class Connection:
    """One open socket; `leaving` after Slack asked the app to replace it."""

    number: int
    socket: WebSocket
    abort: Callable[[], None]
    leaving: bool = False


class Sockets:
    """The open connections of the app. Used on the server's loop only, but for `count`."""

    def __init__(self, app_id: str, changed: Callable[[int], None]) -> None:
        self._app_id = app_id
        self._changed = changed
        self._tickets: set[str] = set()
        self._open: list[Connection] = []
        self._numbers = itertools.count(1)
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self._open)

    def ticket(self) -> str:
        """The secret part of one wss URL; good for one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket, ticket: str, abort: Callable[[], None]) -> None:
        """Talk to one connected app until either side goes. `abort` cuts the TCP connection."""
        if ticket not in self._tickets:
            await socket.close(4401)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = Connection(next(self._numbers), socket, abort)
        if self.count >= MOST_CONNECTIONS:
            await self._ask_to_leave(connection, "too_many_websockets")
            return
        self._open.append(connection)
        self._changed(self.count)
        try:
            await socket.send_json(self._hello())
            await self._listen(socket)
        finally:
            self._open.remove(connection)
            self._changed(self.count)

    def _hello(self) -> Json:
        debug = {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060}
        info = {"app_id": self._app_id}
        return {"type": "hello", "num_connections": self.count, "debug_info": debug, "connection_info": info}

    async def _listen(self, socket: WebSocket) -> None:
        while True:
            try:
                received = json.loads(await socket.receive_text())
            except ValueError:
                continue  # not JSON: Slack ignores what is no ack
            except WebSocketDisconnect:
                return
            if isinstance(received, dict) and (waiting := self._waiting.get(str(received.get("envelope_id")))):
                payload = received.get("payload")
                if not waiting.done():
                    waiting.set_result(payload if isinstance(payload, dict) else {})

    async def send(self, envelope: Json, timeout: float) -> Json:
        """Send to one connection and wait for the ack's payload.

        Raises ConnectionError when no connection takes it, TimeoutError when no ack comes in `timeout` seconds.
        """
        connection = self._pick()
        if connection is None:
            raise ConnectionError("the app has no open socket")
        envelope_id = envelope["envelope_id"]
        waiting = self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await _send(connection, envelope)
            return await asyncio.wait_for(waiting, timeout)
        finally:
            del self._waiting[envelope_id]

    def _pick(self) -> Connection | None:
        staying = [connection for connection in self._open if not connection.leaving] or self._open
        return staying[next(self._turn) % len(staying)] if staying else None

    async def drop(self, reason: str | None) -> int:
        """Hang up on every connection with Slack's `reason`, or without a word when it is None. Answers how many."""
        if reason is None:
            return self.cut()
        dropped = list(self._open)
        for connection in dropped:
            await self._ask_to_leave(connection, reason)
        return len(dropped)

    def cut(self) -> int:
        """Cut every connection without a word. Answers how many."""
        for connection in self._open:
            connection.abort()
        return self.count

    async def _ask_to_leave(self, connection: Connection, reason: str) -> None:
        if reason not in REASONS:
            raise ValueError(f"{reason!r} is no reason of Slack's; one of {', '.join(REASONS)}")
        connection.leaving = True
        await _send(connection, {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
        if reason in HANGING_UP:
            await connection.socket.close()
        else:
            asyncio.get_running_loop().call_later(GRACE[reason], connection.abort)


async def _send(connection: Connection, message: Json) -> None:
    try:
        await connection.socket.send_json(message)
    except (RuntimeError, WebSocketDisconnect) as broken:
        raise ConnectionError("the socket closed before the envelope was sent") from broken
