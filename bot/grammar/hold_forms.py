"""The forms that keep deploys back, as values: each prints as what a person would type. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from bot.fleet.duration import duration_text
from bot.grammar.words import behind, in_quotes

ALL = "all"
"""In the place of a service: every service of an environment. No service of a fleet file is called so."""


@dataclass(frozen=True, slots=True)
class LockOf:
    """`service` may be ALL, then `environment` is there and `ref` is not. `lease` None: it was not said."""

    service: str
    reason: str
    environment: str | None = None
    lease: timedelta | None = None
    ref: str | None = None

    def __str__(self) -> str:
        ref = f"@{self.ref}" if self.ref else ""
        lease = behind("for", duration_text(self.lease) if self.lease else None)
        return f"lock {self.service}{ref}{behind('in', self.environment)} {in_quotes(self.reason)}{lease}"


@dataclass(frozen=True, slots=True)
class UnlockOf:
    """`service` may be ALL, then `environment` is there."""

    service: str
    environment: str | None = None

    def __str__(self) -> str:
        return f"unlock {self.service}{behind('in', self.environment)}"


@dataclass(frozen=True, slots=True)
class Locks:
    def __str__(self) -> str:
        return "locks"


@dataclass(frozen=True, slots=True)
class Until:
    """`day` is Mon to Sun or a date (2026-11-23), `time` 08:00, `zone` UTC or Europe/Madrid; each may be empty, but
    day and time not both. Which instant that is, is for whoever knows the present to say.
    """

    day: str = ""
    time: str = ""
    zone: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.day, self.time, self.zone)))


@dataclass(frozen=True, slots=True)
class FreezeOf:
    """`until` None: until somebody unfreezes it."""

    environment: str
    reason: str
    until: Until | None = None

    def __str__(self) -> str:
        until = behind("until", str(self.until) if self.until else None)
        return f"freeze {self.environment}{until} {in_quotes(self.reason)}"


@dataclass(frozen=True, slots=True)
class UnfreezeOf:
    environment: str

    def __str__(self) -> str:
        return f"unfreeze {self.environment}"
