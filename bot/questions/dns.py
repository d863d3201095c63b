"""A question to a name server."""

from dataclasses import dataclass
from datetime import timedelta

from bot.questions.tcp import place

PORT = 53


@dataclass(frozen=True, slots=True)
class DnsAsk:
    """Whether a name has records of a type, all of `expect` among them. `resolver` is an IP address; empty for those
    of the bot's own host.
    """

    name: str
    type: str
    timeout: timedelta
    expect: frozenset[str] = frozenset()
    resolver: str = ""
    port: int = PORT

    def __str__(self) -> str:
        where = self.resolver if self.port == PORT else place(self.resolver, self.port)
        return f"DNS {self.type} {self.name}{f' at {where}' if self.resolver else ''}"
