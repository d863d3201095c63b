"""The forms of /status as values: each prints as what a person would type, and that is read as the same value. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from bot.fleet.duration import duration_text
from bot.grammar.words import behind, in_quotes


@dataclass(frozen=True, slots=True)
class StatusOf:
    """`service` None: all of them, which only /status can ask for."""

    service: str | None = None

    def __str__(self) -> str:
        return f"status{behind('', self.service)}"


@dataclass(frozen=True, slots=True)
class SilenceOf:
    """`environment` None: wherever the service runs."""

    service: str
    lease: timedelta
    reason: str
    environment: str | None = None

    def __str__(self) -> str:
        lease = duration_text(self.lease)
        return f"silence {self.service}{behind('in', self.environment)} for {lease} {in_quotes(self.reason)}"


@dataclass(frozen=True, slots=True)
class UnsilenceOf:
    """`environment` None: every silence of the service."""

    service: str
    environment: str | None = None

    def __str__(self) -> str:
        return f"unsilence {self.service}{behind('in', self.environment)}"


@dataclass(frozen=True, slots=True)
class SilencesNow:
    def __str__(self) -> str:
        return "silences"


@dataclass(frozen=True, slots=True)
class CloseOf:
    """By hand, an incident that came from elsewhere."""

    incident: int
    reason: str

    def __str__(self) -> str:
        return f"close {self.incident} {in_quotes(self.reason)}"


@dataclass(frozen=True, slots=True)
class AckOf:
    """By the number that stands in the alert."""

    incident: int

    def __str__(self) -> str:
        return f"ack {self.incident}"


@dataclass(frozen=True, slots=True)
class ChecksOf:
    service: str

    def __str__(self) -> str:
        return f"checks {self.service}"


@dataclass(frozen=True, slots=True)
class IncidentsNow:
    def __str__(self) -> str:
        return "incidents"
