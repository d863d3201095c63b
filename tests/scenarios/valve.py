"""A slow line to a host: it lets through as many bytes as it is told, then holds until it is told again."""

import contextlib
import socket
import threading
from types import TracebackType


class Valve:
    """Between a bot and the server at `port` of this machine; use as a context. `silent`: when who connected is gone,
    the server hears nothing of it, as after a power cut.
    """

    def __init__(self, port: int, silent: bool = False) -> None:
        self._port, self._silent = port, silent
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._turn = threading.Condition()
        self._left: int | None = None
        self._waiting = self._age = 0
        self._lines: list[tuple[socket.socket, socket.socket]] = []

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    @property
    def holds(self) -> bool:
        """Whether something waits here to get through."""
        with self._turn:
            return self._waiting > 0

    def let(self, count: int | None) -> None:
        """So many bytes more, to the server; None: whatever comes."""
        with self._turn:
            self._left = count
            self._turn.notify_all()

    def lose(self) -> None:
        """What waits here never arrives: who sent it is gone."""
        with self._turn:
            self._age += 1
            self._turn.notify_all()

    def __enter__(self) -> "Valve":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.let(None)
        self._listening.close()
        self.hang_up()

    def hang_up(self) -> None:
        """All that is connected, on both sides."""
        for line in self._lines:
            for end in line:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                line = self._listening.accept()[0], socket.create_connection(("127.0.0.1", self._port))
                self._lines.append(line)
                threading.Thread(target=self._there, args=line, daemon=True).start()
                threading.Thread(target=self._back, args=line, daemon=True).start()

    def _there(self, bot: socket.socket, server: socket.socket) -> None:
        age = self._age
        with contextlib.suppress(OSError):
            while (data := bot.recv(4096)) and self._passes(len(data), age):
                server.sendall(data)
        if not self._silent:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)

    def _back(self, bot: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                with contextlib.suppress(OSError):
                    bot.sendall(data)
        with contextlib.suppress(OSError):
            bot.shutdown(socket.SHUT_RDWR)

    def _passes(self, count: int, age: int) -> bool:
        with self._turn:
            self._waiting += 1
            self._turn.wait_for(lambda: age != self._age or self._left is None or self._left >= count)
            self._waiting -= 1
            if age == self._age and self._left is not None:
                self._left -= count
            return age == self._age
