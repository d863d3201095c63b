"""The forms of a command as values: each prints as what a person would type, and that is read as the same value."""

from dataclasses import dataclass

from bot.grammar.hold_forms import FreezeOf, LockOf, Locks, UnfreezeOf, UnlockOf
from bot.grammar.machine_forms import ReplaceOf
from bot.grammar.status_forms import (
    AckOf,
    ChecksOf,
    CloseOf,
    IncidentsNow,
    SilenceOf,
    SilencesNow,
    StatusOf,
    UnsilenceOf,
)
from bot.grammar.task_forms import RunOf
from bot.grammar.words import behind, in_quotes


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
        return f"rollback {self.service}{behind('to', self.ref)}{behind('in', self.environment)}"


@dataclass(frozen=True, slots=True)
class PromoteTo:
    """The release that stands in one environment, to the next; `environment` None: whichever is next."""

    service: str
    environment: str | None = None

    def __str__(self) -> str:
        return f"promote {self.service}{behind('to', self.environment)}"


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
        return f"abort{behind('', subject)}{behind('in', self.environment)}"


@dataclass(frozen=True, slots=True)
class HistoryOf:
    """The deploys of a service, `environment` None: to all of them; or one deploy closely, by its number."""

    service: str | None = None
    environment: str | None = None
    deploy: int | None = None

    def __str__(self) -> str:
        subject = self.service if self.deploy is None else str(self.deploy)
        return f"history{behind('', subject)}{behind('in', self.environment)}"


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
