"""A question about a certificate."""

from dataclasses import dataclass
from datetime import timedelta

from bot.questions.tcp import place


@dataclass(frozen=True, slots=True)
class TlsAsk:
    """Whether the certificate is trusted, is for `name`, and lives for more than so many days."""

    host: str
    port: int
    name: str
    days: int
    timeout: timedelta

    def __str__(self) -> str:
        other = "" if self.name == self.host else f" for {self.name}"
        return f"TLS {place(self.host, self.port)}{other}"
