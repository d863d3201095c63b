"""Frozen values and enums shared by every layer. No input, no output, no clock.

Instants are aware UTC datetimes; durations are timedeltas; releases are full commit SHAs (40 hex
digits), image digests or AMI ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.hurdles import Hurdle
from bot.phases import Phases


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """Where a deploy goes: one service in one environment."""

    service: str
    environment: str

    def __str__(self) -> str:
        return f"{self.service} · {self.environment}"


@dataclass(frozen=True, slots=True)
class Host:
    """One machine. `vars` are exported to its steps and may stand in health and check URLs as `{NAME}`."""

    name: str
    user: str
    address: str
    port: int = 22
    vars: Mapping[str, str] = field(default_factory=dict)

    def fill(self, template: str) -> str:
        """The template with `{host}` (the address), `{name}` and this host's vars filled in."""
        return template.format_map({**self.vars, "host": self.address, "name": self.name})


DIGEST = "sha256:"
"""What the name of an image begins with that can mean no other."""


def short(sha: str) -> str:
    """An exact name as people read it: 7 digits of a commit, 12 of an image; an AMI's id is short."""
    if sha.startswith(DIGEST):
        return sha.removeprefix(DIGEST)[:12]
    return sha if sha.startswith("ami-") else sha[:7]


@dataclass(frozen=True, slots=True)
class Release:
    """An exact, immutable thing to run. `ref` is what a person called it, `sha` what it is: a commit's full SHA, an
    image's digest (`sha256:…`) or an AMI's id.
    """

    sha: str
    ref: str

    @property
    def short(self) -> str:
        return short(self.sha)

    @property
    def name(self) -> str:
        """How people call it: the ref, or the short SHA when the ref is a SHA too."""
        said = self.sha.startswith(self.ref) or self.sha.removeprefix(DIGEST).startswith(self.ref)
        return self.short if said else self.ref

    def __str__(self) -> str:
        return self.name


class DeployState(StrEnum):
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    ROLLED_BACK = "rolled_back"  # failed, and every changed host runs the old release again
    FAILED = "failed"  # failed, and at least one host could not be brought back, or there was nothing to go back to


class DeployKind(StrEnum):
    DEPLOY = "deploy"
    ROLLBACK = "rollback"


class HostState(StrEnum):
    """What a deploy knows of one host."""

    WAITING = "waiting"  # not touched yet
    UNCHANGED = "unchanged"  # something failed before the switch: the old release runs on
    SKIPPED = "skipped"  # could not be reached, and nothing was changed on it
    LEFT = "left"  # no longer in the fleet file when its turn came
    READY = "ready"  # the new release stands beside the old one, which runs on
    CHANGING = "changing"
    NEW = "new"  # switched and restarted, health not yet known
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"  # runs the new release, and its health check says no
    RESTORED = "restored"  # runs the old release again
    UNKNOWN = "unknown"  # lost in mid-deploy: to be read again


class StageState(StrEnum):
    """Slack's words for a task in a plan block."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    ERROR = "error"


class Health(StrEnum):
    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class Action(StrEnum):
    """What an alert offers."""

    ROLLBACK = "rollback"
    RESTART = "restart"
    SCALE = "scale"  # one host more
    RUNBOOK = "runbook"


class Severity(StrEnum):
    """Who has to know of an outage."""

    PAGE = "page"  # Slack, and the other ways out too
    WARN = "warn"  # Slack; another way only if its setting says so


class Step(StrEnum):
    """The remote steps of one host, in their order."""

    FETCH = "fetch"
    UNPACK = "unpack"
    INSTALL = "install"
    TEST = "test"
    BESIDE = "beside"  # only where the old release is kept: the new one is started beside it
    SWITCH = "switch"
    RESTART = "restart"
    RETIRE = "retire"  # what was kept is cleared away
    COMMAND = "command"  # a named one of the fleet file, which an alert's button ran


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of a deploy's plan as it stands: `preflight`, `batch 1 of 3`, `rollback`. `detail` is mrkdwn."""

    position: int
    name: str
    state: StageState = StageState.PENDING
    detail: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None


class Blind(StrEnum):
    """What a probe that saw nothing leaves of what was known. No data is never a success: what is down stays so."""

    UNKNOWN = "unknown"  # nothing is known of the target any more: it could not be asked, or there is no data
    KEEP = "keep"  # nothing new: it stands as it stood


@dataclass(frozen=True, slots=True)
class Probe:
    """What one health check or poll saw. `latency` in seconds; `status` is None when no answer came.

    `cause` is empty for a success and otherwise says what was seen, in words for a person. `blind`: it saw nothing, and
    is neither a success nor a failure (`ok` is False); `cause` says why. `phases` is where the time of an HTTP answer
    went. `sure`: what was asked about said itself that it failed, and need not be asked again to be believed.
    `hurdle`: it is blind because it could not be asked at all, for this.
    """

    ok: bool
    latency: float
    status: int | None = None
    cause: str = ""
    blind: Blind | None = None
    phases: Phases | None = None
    sure: bool = False
    hurdle: Hurdle | None = None

    @classmethod
    def unasked(cls, hurdle: Hurdle, cause: str) -> "Probe":
        return cls(False, 0.0, None, cause, Blind.UNKNOWN, hurdle=hurdle)


@dataclass(frozen=True, slots=True)
class Incident:
    """An outage of one check, from flip to flip."""

    id: int
    check_id: str
    target: Target
    started_at: datetime  # the first failed check
    cause: str
    host: str | None = None  # for a check that runs per host
    ended_at: datetime | None = None  # the first good check


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed last on a target: `deploy 41 (1.4.1 → 1.4.2) by <@U…> ended` in mrkdwn, and when it took effect.

    `rollback_to` is the release to go back to, None when nothing good is known; `deployed_at` when the release that
    stands there came and `deployed` which it is, None when that was by a rollback. `besides` was done shortly before,
    with its moments.
    """

    text: str
    at: datetime
    rollback_to: Release | None = None
    deployed_at: datetime | None = None
    besides: tuple[tuple[str, datetime], ...] = ()
    deployed: Release | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A message as Slack takes it: the fallback text (its first line says it all) and Block Kit blocks."""

    text: str
    blocks: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way. `key` names it for ever (`deploy:41`, `incident:7`, `incident:7:up`): putting the same key
    again edits that message in place. `thread` is the key of the message it answers.
    """

    key: str
    channel: str  # "#name" or an id
    content: Content
    thread: str | None = None


class Call(StrEnum):
    """What the outbox needs of Slack for one message."""

    POST = "post"
    UPDATE = "update"
    SEARCH = "search"  # an attempt to post ended unclear: is it there?


@dataclass(frozen=True, slots=True)
class Pending:
    """A message whose newest version is not in Slack yet, as the outbox keeps it.

    `thread` is the key of the message it answers, `parent_ts` that one's place once it is known. `unclear` means that
    an attempt was begun and its outcome is not known. Nothing is tried before `not_before`. `failed` means that Slack
    refused it for good. `level` says how plainly it must be shown (messages/plain.py).
    """

    id: int
    key: str
    channel: str
    op: str
    created_at: datetime
    version: int = 1
    delivered: int = 0
    attempts: int = 0
    thread: str | None = None
    parent_ts: str | None = None
    channel_id: str | None = None
    ts: str | None = None
    unclear: bool = False
    failed: bool = False
    not_before: datetime | None = None
    level: int = 0

    @property
    def call(self) -> Call:
        if self.ts is not None:
            return Call.UPDATE
        return Call.SEARCH if self.unclear else Call.POST

    @property
    def stream(self) -> tuple[str, str | None]:
        """Posts of one stream keep their order: a channel's own, or one thread's."""
        return self.channel, self.thread
