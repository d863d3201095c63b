"""The forms of a command as values: each prints as what a person would type, and that is read as the same value."""

from dataclasses import dataclass
from datetime import timedelta

from bot.fleet.duration import duration_text
from bot.grammar.machine_forms import ReplaceOf
from bot.grammar.task_forms import RunOf
from bot.grammar.words import in_quotes

ALL = "all"
"""In the place of a service: every service of an environment. No service of a fleet file is called so."""


@dataclass(frozen=True, slots=True)
class DeployTo:
    """`ref` None: the repository's default branch. No `hosts`: all of them. `force` None: not forced; empty: forced
    without a reason (`!`). `strategy` None: the fleet file's.
    """

    service: str
    environment: str
    ref: str | None = None
    hosts: tuple[str, ...] = ()
    force: str | None = None
    strategy: str | None = None
    now: bool = False
    wait: bool = False

    def __str__(self) -> str:
        release = f"@{self.ref}" if self.ref else ""
        hosts = f"/{','.join(self.hosts)}" if self.hosts else ""
        return " ".join((f"{self.service}{release} to {self.environment}{hosts}", *self.options()))

    def options(self) -> list[str]:
        """What was asked for beyond release and place, as it is typed."""
        strategy = [f"--strategy {self.strategy}"] if self.strategy else []
        flags = ["--now"] * self.now + ["--wait"] * self.wait
        if self.force is None:
            return [*strategy, *flags]
        return [*strategy, *flags, f"--force {in_quotes(self.force)}" if self.force else "!"]


@dataclass(frozen=True, slots=True)
class RollbackOf:
    """`ref` None: the last release that was good there. `environment` None: it was not said."""

    service: str
    ref: str | None = None
    environment: str | None = None

    def __str__(self) -> str:
        return f"rollback {self.service}{_with('to', self.ref)}{_with('in', self.environment)}"


@dataclass(frozen=True, slots=True)
class PromoteTo:
    """The release that stands in one environment, to the next; `environment` None: whichever is next."""

    service: str
    environment: str | None = None

    def __str__(self) -> str:
        return f"promote {self.service}{_with('to', self.environment)}"


@dataclass(frozen=True, slots=True)
class PlanOf:
    """What a deploy, a rollback or a promotion would do; nothing moves."""

    of: DeployTo | RollbackOf | PromoteTo

    def __str__(self) -> str:
        return f"plan {self.of}"


@dataclass(frozen=True, slots=True)
class AbortOf:
    """By the deploy's number, or by where it runs; all None: whichever runs."""

    deploy: int | None = None
    service: str | None = None
    environment: str | None = None

    def __str__(self) -> str:
        subject = self.service if self.deploy is None else str(self.deploy)
        return f"abort{_with('', subject)}{_with('in', self.environment)}"


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
        lease = _with("for", duration_text(self.lease) if self.lease else None)
        return f"lock {self.service}{ref}{_with('in', self.environment)} {in_quotes(self.reason)}{lease}"


@dataclass(frozen=True, slots=True)
class UnlockOf:
    """`service` may be ALL, then `environment` is there."""

    service: str
    environment: str | None = None

    def __str__(self) -> str:
        return f"unlock {self.service}{_with('in', self.environment)}"


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
        until = _with("until", str(self.until) if self.until else None)
        return f"freeze {self.environment}{until} {in_quotes(self.reason)}"


@dataclass(frozen=True, slots=True)
class UnfreezeOf:
    environment: str

    def __str__(self) -> str:
        return f"unfreeze {self.environment}"


@dataclass(frozen=True, slots=True)
class StatusOf:
    """`service` None: all of them, which only /status can ask for."""

    service: str | None = None

    def __str__(self) -> str:
        return f"status{_with('', self.service)}"


@dataclass(frozen=True, slots=True)
class HistoryOf:
    """The deploys of a service, `environment` None: to all of them; or one deploy closely, by its number."""

    service: str | None = None
    environment: str | None = None
    deploy: int | None = None

    def __str__(self) -> str:
        subject = self.service if self.deploy is None else str(self.deploy)
        return f"history{_with('', subject)}{_with('in', self.environment)}"


@dataclass(frozen=True, slots=True)
class SilenceOf:
    """`environment` None: wherever the service runs."""

    service: str
    lease: timedelta
    reason: str
    environment: str | None = None

    def __str__(self) -> str:
        lease = duration_text(self.lease)
        return f"silence {self.service}{_with('in', self.environment)} for {lease} {in_quotes(self.reason)}"


@dataclass(frozen=True, slots=True)
class UnsilenceOf:
    """`environment` None: every silence of the service."""

    service: str
    environment: str | None = None

    def __str__(self) -> str:
        return f"unsilence {self.service}{_with('in', self.environment)}"


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


@dataclass(frozen=True, slots=True)
class Help:
    def __str__(self) -> str:
        return "help"


@dataclass(frozen=True, slots=True)
class Form:
    """Nothing was typed: a form asks for everything."""

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Misread:
    """`what` was not understood, in a sentence that also says what was; `usage` is the form that comes nearest,
    `understood` the part that made sense (empty: none), `near` the words of the commands that may have been meant.
    """

    what: str
    usage: str
    understood: str = ""
    near: tuple[str, ...] = ()


Asked = (
    PlanOf
    | RollbackOf
    | PromoteTo
    | AbortOf
    | LockOf
    | UnlockOf
    | Locks
    | FreezeOf
    | UnfreezeOf
    | HistoryOf
    | ReplaceOf
    | RunOf
)
DeployCommand = DeployTo | StatusOf | Asked | Help | Form | Misread
StatusCommand = (
    StatusOf | ChecksOf | IncidentsNow | SilenceOf | UnsilenceOf | SilencesNow | AckOf | CloseOf | Help | Misread
)


def _with(word: str, value: str | None) -> str:
    return "" if value is None else f" {word} {value}" if word else f" {value}"
