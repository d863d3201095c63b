"""uvicorn in a thread, from a `with` block."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

LEAVE = 5  # seconds that requests under way get at the end


@contextmanager
def serve(app: ASGIApp, host: str, port: int) -> Iterator[str]:
    """Serves `app` while the block runs, and gives its address; port 0 takes a free one. OSError if it is taken."""
    with _listening(host, port) as listening:
        config = uvicorn.Config(
            app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=LEAVE, server_header=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), name="web", daemon=True)
        thread.start()
        try:
            yield f"http://{_written(host)}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise OSError(error.errno, f"cannot listen on {_written(host)}:{port} (HTTP_ADDR): {error.strerror}") from error


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
