"""One WebSocket of Socket Mode: envelopes in, answers out on the socket they came by.

slack_sdk's own client is not used: it takes a connection that was closed without a word for an idle one, reads from it
in a loop that never rests, and notices after half a minute; it also reconnects whatever Slack's reason to hang up was.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import ExitStack, suppress

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

from bot.backends.slack_client import quiet_logger
from bot.errors import SlackAway

log = structlog.get_logger(__name__)

OPENING, CLOSING = 10.0, 1.0  # seconds
PING, PONG = 5.0, 15.0  # seconds: asked that often, and waited that long, until a silent line counts as dead
LARGEST = 4 * 2**20  # bytes; a view's state and a message with fifty blocks are well below one MB


class Link(BaseSocketModeClient):
    """An open connection. `leave` is called with Slack's reason when it asks us to go, `gone` when it is closed."""

    def __init__(
        self, url: str, app: App, workers: Executor, leave: Callable[["Link", str], None], gone: Callable[[], None]
    ) -> None:
        """Connects; the environment's proxies count. Raises SlackAway when that fails."""
        self.logger = quiet_logger()
        self.closed = False
        self.opened_at = time.monotonic()
        self._app, self._workers, self._leave, self._gone = app, workers, leave, gone
        self._stack = ExitStack()
        try:
            opening = connect(
                url,
                open_timeout=OPENING,
                close_timeout=CLOSING,
                ping_interval=PING,
                ping_timeout=PONG,
                max_size=LARGEST,
                logger=logging.getLogger(quiet_logger().name + ".websockets"),
            )
            self._socket = self._stack.enter_context(opening)
        except (OSError, WebSocketException) as error:
            raise SlackAway(f"the WebSocket could not be opened: {str(error) or type(error).__name__}") from error
        self._reader = threading.Thread(target=self._read, name="socket-mode-reader", daemon=True)

    def start(self) -> None:
        """Lets envelopes in."""
        self._reader.start()

    def is_connected(self) -> bool:
        return not self.closed

    def send_message(self, message: str) -> None:
        """Raises ConnectionClosed."""
        self._socket.send(message)

    def close(self) -> None:
        """Says goodbye; may be called twice."""
        self._stack.close()
        if self._reader.is_alive():
            self._reader.join()

    def _read(self) -> None:
        with suppress(ConnectionClosed):
            for message in self._socket:
                self._heard(message)
        self.closed = True
        self._gone()

    def _heard(self, message: str | bytes) -> None:
        """What is not an envelope (hello, a line that is no JSON, a kind of next year) is passed over."""
        try:
            found = json.loads(message)
        except (ValueError, RecursionError):
            return
        if not isinstance(found, dict):
            return
        if found.get("type") == "disconnect":
            self._leave(self, str(found.get("reason") or "unnamed"))
            return
        request = SocketModeRequest.from_dict(found) if isinstance(found.get("payload"), dict) else None
        if request is not None:
            with suppress(RuntimeError):  # the pool was shut down: Slack offers the envelope to another connection
                self._workers.submit(self._answer, request)

    def _answer(self, request: SocketModeRequest) -> None:
        began = time.time()
        try:
            send_response(self, request, run_bolt_app(self._app, request), began)
        except ConnectionClosed:
            log.warning("an answer came too late: its connection to Slack was closed", envelope=request.envelope_id)
        except Exception:
            log.exception("a listener failed", envelope=request.envelope_id)
