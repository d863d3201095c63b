"""A TCP server on this machine that says what a test tells it, one connection after another, each in its thread."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Talk = Callable[[socket.socket], None]


@contextmanager
def talking(talk: Talk) -> Iterator[int]:
    """The port of a server that runs `talk` on every connection, then closes it."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:
        threading.Thread(target=_serve, args=(server, talk), daemon=True).start()
        yield server.getsockname()[1]
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _serve(server: socket.socket, talk: Talk) -> None:
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_talk, args=(connection, talk), daemon=True).start()


def _talk(connection: socket.socket, talk: Talk) -> None:
    with connection, suppress(OSError):
        talk(connection)


def hang(connection: socket.socket) -> None:
    """Until the other side goes."""
    while connection.recv(1024):
        pass


def saying(text: bytes, then: Talk = hang) -> Talk:
    def talk(connection: socket.socket) -> None:
        connection.sendall(text)
        then(connection)

    return talk
