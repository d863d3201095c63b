"""A TCP question."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class TcpAsk:
    """Whether somebody listens; with `expect`, whether that text comes within the first bytes, after `send` if there is
    one.
    """

    host: str
    port: int
    timeout: timedelta
    send: str = ""
    expect: str = ""

    def __str__(self) -> str:
        return f"TCP {place(self.host, self.port)}"


def place(host: str, port: int) -> str:
    """`db.example.com:5432`, `[::1]:5432`."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
