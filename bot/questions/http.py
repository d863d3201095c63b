"""An HTTP question."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from bot.questions.conditions import Condition
from bot.questions.request import PLAIN, Request


@dataclass(frozen=True, slots=True)
class Ask:
    """One HTTP question: how it is asked, statuses that are well, a text the body must hold (empty: any), and what else
    the answer must be.
    """

    url: str
    timeout: timedelta
    statuses: frozenset[int] = frozenset({200})
    body: str = ""
    request: Request = PLAIN
    conditions: tuple[Condition, ...] = ()

    def __str__(self) -> str:
        """`GET https://…`, without the name and password that an address may hold."""
        method, parts = self.request.method, urlsplit(self.url)
        if "@" not in parts.netloc:
            return f"{method} {self.url}"
        return f"{method} {parts._replace(netloc=parts.netloc.rpartition('@')[2]).geturl()}"
