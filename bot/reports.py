"""What somebody else's monitoring says: a thing is wrong, or is over."""

from dataclasses import dataclass
from datetime import datetime

from bot.model import Severity


@dataclass(frozen=True, slots=True)
class Report:
    """One alert as its sender has it. `key` is the same for all that the sender says of it; `at` is when it began, or
    ended where `firing` is False. `service`, `environment` and `host` are the sender's words, empty when it says none.
    """

    source: str  # who says so: Alertmanager, CloudWatch, or what a plain webhook calls itself
    key: str
    firing: bool
    at: datetime
    name: str
    cause: str
    service: str = ""
    environment: str = ""
    host: str = ""
    severity: Severity = Severity.PAGE
    runbook: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Malformed:
    """What was sent makes no sense: `what` names the place and what is wrong there."""

    what: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What is remembered of one alert: the last beginning and the last end that its sender told, and when it spoke."""

    fired_at: datetime | None = None
    resolved_at: datetime | None = None
    heard_at: datetime | None = None
