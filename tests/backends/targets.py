"""A target that misbehaves on demand: what a path is called is what it does."""

import contextlib
import datetime
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG = 30.0  # seconds, longer than any test waits
PAGE = b"<!doctype html><html><head><title>Shop is \x1b[31mdown</title></head></html>"


def answer(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
    return head.encode() + body


class Target(socketserver.ThreadingTCPServer):
    """Listens on 127.0.0.1. `seen` counts requests by path, `sent` the bytes that an endless answer got rid of;
    `well` is what /healthz answers.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.seen: Counter[str] = Counter()
        self.heads: list[str] = []
        self.sent = 0
        self.well = True
        self.context = context
        self.closing = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str = "/ok") -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what these tests are about."""


class _Handler(socketserver.BaseRequestHandler):
    server: Target
    request: socket.socket

    def finish(self) -> None:
        self.request.close()

    def handle(self) -> None:
        if self.server.context:
            plain = self.request
            plain.settimeout(HANG)
            try:
                self.request = self.server.context.wrap_socket(plain, server_side=True)
            except OSError:
                plain.close()
                return
        head = self.request.recv(65536).decode()
        path = head.split(" ")[1]
        self.server.seen[path] += 1
        self.server.heads.append(head)
        kind = path.strip("/").split("/")[0]
        getattr(self, f"do_{kind}", self.do_ok)(path)

    def do_ok(self, _path: str) -> None:
        self.request.sendall(answer(b"all is ok\n"))

    def do_healthz(self, _path: str) -> None:
        """As well as `Target.well` says."""
        self.request.sendall(answer(b"ok") if self.server.well else answer(b"no such table", "503 Unwell"))

    def do_status(self, path: str) -> None:
        self.request.sendall(answer(b"\n\r\n  no such table:\x07 orders\nmore", f"{path.split('/')[2]} Words"))

    def do_page(self, _path: str) -> None:
        self.request.sendall(answer(PAGE, "500 Error"))

    def do_redirect(self, path: str) -> None:
        self.request.sendall(answer(b"", "302 Found", f"Location: {path}\r\n"))

    def do_hops(self, path: str) -> None:
        """`/hops/3` redirects to `/hops/2`, and so on; the last is well."""
        left = int(path.split("/")[2])
        location = f"Location: /hops/{left - 1}\r\n"
        self.request.sendall(answer(b"moved", "302 Found", location) if left else answer(b"arrived"))

    def do_to(self, path: str) -> None:
        """`/to/ftp%3A//x` redirects there."""
        self.request.sendall(answer(b"", "302 Found", f"Location: {unquote(path.removeprefix('/to/'))}\r\n"))

    def do_json(self, path: str) -> None:
        """What stands behind it in the address."""
        self.request.sendall(answer(unquote(path.removeprefix("/json/")).encode()))

    def do_hang(self, _path: str) -> None:
        self.server.closing.wait(HANG)

    def do_once(self, path: str) -> None:
        """Hangs the first time, and is well from then on."""
        if self.server.seen[path] == 1:
            self.do_hang(path)
        self.do_ok(path)

    def do_slow(self, path: str) -> None:
        self.server.closing.wait(float(path.split("/")[2]))
        self.do_ok(path)

    def do_drip(self, _path: str) -> None:
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not self.server.closing.wait(0.05):
            self.request.sendall(b".")

    def do_driphead(self, _path: str) -> None:
        self.request.sendall(b"HTTP/1.1 200 OK\r\n")
        while not self.server.closing.wait(0.05):
            self.request.sendall(b"X-Drip: .\r\n")

    def do_endless(self, _path: str) -> None:
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while not self.server.closing.is_set():
            self.server.sent += self.request.send(b"needle-free hay " * 4096)

    def do_big(self, path: str) -> None:
        """`/big/N/text`: the text after N bytes of something else."""
        _, _, size, text = path.split("/")
        self.request.sendall(answer(b"." * int(size) + text.encode()))

    def do_header(self, _path: str) -> None:
        self.request.sendall(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 2_000_000 + b"\r\n\r\n")

    def do_garbage(self, _path: str) -> None:
        self.request.sendall(b"\x00\xff220 smtp.example.com ESMTP\r\n" * 10)

    def do_partial(self, _path: str) -> None:
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    def do_nothing(self, _path: str) -> None:
        """Closes without a word."""

    def do_reset(self, _path: str) -> None:
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()


@contextlib.contextmanager
def running(context: ssl.SSLContext | None = None) -> Iterator[Target]:
    target = Target(context)
    thread = threading.Thread(target=target.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield target
    finally:
        target.closing.set()
        target.shutdown()
        target.server_close()
        thread.join()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def certificate(directory: Path, days: int = 30, name: str = "127.0.0.1") -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate of its own making, and the file that a client must trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    ends = datetime.datetime.fromtimestamp(time.time(), datetime.UTC) + datetime.timedelta(days=days)
    alternative: x509.GeneralName = x509.DNSName(name)
    with contextlib.suppress(ValueError):
        alternative = x509.IPAddress(IPv4Address(name))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - datetime.timedelta(days=60))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    roots, private = directory / f"{name}{days}.crt", directory / f"{name}{days}.key"
    roots.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(roots, private)
    return context, roots
