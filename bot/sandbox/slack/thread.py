"""uvicorn in a thread of its own, and a way onto its loop from any other."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import uvicorn
from starlette.applications import Starlette

from bot.sandbox.slack.transport import Lines

T = TypeVar("T")


GOODBYE = 0.5
"""Seconds that requests under way get to notice that their connection is gone, before they are cancelled."""


class _Prompt(uvicorn.Server):
    """uvicorn that stops when it is told to, not at its next look ten times a second, and waits for nobody."""

    def __init__(self, config: uvicorn.Config, lines: Lines) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()
        self._lines = lines

    async def main_loop(self) -> None:
        await self.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        self._lines.abort_all()
        if tasks := list(self.server_state.tasks):
            _, slow = await asyncio.wait(tasks, timeout=GOODBYE)
            for task in slow:
                task.cancel()


class WebThread:
    """Serves one application on 127.0.0.1 until it is stopped; may be started again."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: _Prompt | None = None
        self._thread: threading.Thread | None = None

    def start(self, app: Starlette, port: int) -> int:
        """Listen on `port`, 0 for a free one; answers which. Raises OSError when it is taken."""
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", port))
            listening.listen(128)
        except OSError:
            listening.close()
            raise
        config = uvicorn.Config(app, http=self._lines.protocol(), lifespan="off", log_config=None, access_log=False)
        self._server = _Prompt(config, self._lines)
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._serve, args=(self._server, listening, ready), name="sandbox", daemon=True
        )
        self._thread.start()
        ready.wait()
        return int(listening.getsockname()[1])

    def _serve(self, server: _Prompt, listening: socket.socket, ready: threading.Event) -> None:
        with asyncio.Runner() as runner, listening:
            self._loop = runner.get_loop()
            ready.set()
            runner.run(server.serve([listening]))

    def stop(self) -> None:
        """Cut every connection and give the port back."""
        if self._server is None or self._thread is None or self._loop is None:
            return
        self._loop.call_soon_threadsafe(self._server.stopping.set)
        self._thread.join()
        self._loop = self._server = self._thread = None

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run on the loop and wait for the answer. Not to be called on the loop itself."""
        if self._loop is None:
            coroutine.close()
            raise RuntimeError("the sandbox is not running; call start() first")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def call(self, act: Callable[[], T]) -> T:
        """`act()` on the loop, or here while there is none; waits for the answer."""

        async def run() -> T:
            return act()

        return self.wait(run()) if self._loop else act()

    def soon(self, act: Callable[[], object]) -> None:
        """`act()` on the loop, some time; nothing while there is none."""
        if self._loop:
            self._loop.call_soon_threadsafe(act)
