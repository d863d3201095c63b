"""The least of an HTTP/2 server: 200 to the first request of every connection, and then it hangs up."""

import contextlib
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Iterator

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, GOAWAY = 0, 1, 4, 7
END, ACK, END_HEADERS = 1, 1, 4
STATUS_200 = b"\x88"  # HPACK's static table


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


class _Handler(socketserver.StreamRequestHandler):
    server: "Http2Target"

    def setup(self) -> None:
        if self.server.context:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def handle(self) -> None:
        if self.rfile.read(len(PREFACE)) != PREFACE:
            return
        self.wfile.write(frame(SETTINGS, 0, 0))
        while head := self.rfile.read(9):
            length, kind = int.from_bytes(head[:3], "big"), head[3]
            self.rfile.read(length)
            if kind == SETTINGS and not head[4] & ACK:
                self.wfile.write(frame(SETTINGS, ACK, 0))
            if kind == HEADERS:
                self.server.asked += 1
                stream = int.from_bytes(head[5:], "big")
                self.wfile.write(frame(HEADERS, END_HEADERS, stream, STATUS_200) + frame(DATA, END, stream, b"ok"))


class Http2Target(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.context = context
        self.asked = 0
        if context:
            context.set_alpn_protocols(["h2"])
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.socket.getsockname()[1]}/"

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """A client that hangs up."""


@contextlib.contextmanager
def speaking_http2(context: ssl.SSLContext | None = None) -> Iterator[Http2Target]:
    target = Http2Target(context)
    thread = threading.Thread(target=target.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield target
    finally:
        target.shutdown()
        target.server_close()
        thread.join()
