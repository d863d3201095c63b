"""An HTTP question."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Ask:
    """One HTTP question: statuses that are well, and a text the body must hold (empty: any)."""

    url: str
    timeout: timedelta
    statuses: frozenset[int] = frozenset({200})
    body: str = ""

    def __str__(self) -> str:
        """`GET https://…`, without the name and password that an address may hold."""
        parts = urlsplit(self.url)
        if "@" not in parts.netloc:
            return f"GET {self.url}"
        return f"GET {parts._replace(netloc=parts.netloc.rpartition('@')[2]).geturl()}"
