"""What is known of deploys and acts: state keeps these values, plans decide on them, messages show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.aftercare import Aftercare
from bot.evidence import Look
from bot.halt import Choice, Halt
from bot.holds import Lock
from bot.managed import Pace
from bot.model import DeployKind, DeployState, HostState, Release, Stage, Step, Target
from bot.tolerance import STRICT, Tolerance


@dataclass(frozen=True, slots=True)
class HostLine:
    """One host within a deploy. `batch` counts from 0; `tail` holds the last lines of output of a failed step."""

    host: str
    batch: int
    state: HostState = HostState.WAITING
    step: Step | None = None
    before: str | None = None  # SHA that was current when preflight looked
    detail: str = ""
    tail: str = ""
    healthy_after: timedelta | None = None
    was_down: bool = False  # did not answer well before the deploy
    found: str | None = None  # SHA that was current when it was read again at the end

    @property
    def may_run_new(self) -> bool:
        """Whether the new release was, or may have been, switched to on this host."""
        return self.state in MAYBE_NEW

    @property
    def to_come(self) -> bool:
        """Whether a batch has still to deal with it; in the middle of a step where a crash cut it off."""
        return self.state in TO_COME

    @property
    def stuck(self) -> bool:
        """Whether it is not sure to run anything well."""
        return self.may_run_new and self.state is not HostState.HEALTHY


TO_COME = frozenset({HostState.WAITING, HostState.READY, HostState.CHANGING, HostState.NEW})
MAYBE_NEW = frozenset({HostState.CHANGING, HostState.NEW, HostState.HEALTHY, HostState.UNHEALTHY, HostState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Changes:
    """What a deploy brings: how many commits by how many people, and where to read them."""

    commits: int
    authors: int
    dropped: int = 0  # commits that are live now and would no longer be
    compare_url: str | None = None
    release_url: str | None = None


ROLLBACK_STAGE = "Rollback"
"""The stage that is added when changed hosts go back."""

LATE_STAGE = "Late hosts"
"""Of hosts that joined in mid-deploy; it is there only when there were some."""


class StageKind(StrEnum):
    CHECKS = "checks"  # CI must have passed the commit
    PREFLIGHT = "preflight"
    BESIDE = "beside"  # the new release is made ready beside the old one
    BATCH = "batch"
    KEEP = "keep"  # the old one stays ready to be switched back to
    BAKE = "bake"  # the canary is watched
    APPROVAL = "approval"  # people decide
    VERDICT = "verdict"  # people decide where the analysis could not
    STANDING = "standing"  # what a system runs that brings a release by itself, before it is told to
    ROLLOUT = "rollout"  # that system brings the release: to its next checkpoint, or to the end


@dataclass(frozen=True, slots=True)
class Handed:
    """What a system is told that brings a release by itself: how to go about it. `does` is what that changes, in plain
    words, the most dangerous first; `seal` that system's hash of it.
    """

    pace: Pace
    does: tuple[str, ...] = ()
    seal: str = ""


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage that a deploy will go through; `batch` counts from 0."""

    kind: StageKind
    name: str
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a deploy will do. `batches` holds host names in their order; `fallback` is the release to go back to.

    Preflight may exchange hosts between batches (`HostLine.batch`); how many hosts each batch has stays.
    """

    target: Target
    kind: DeployKind
    release: Release
    fallback: Release | None
    batches: tuple[tuple[str, ...], ...]
    stages: tuple[StagePlan, ...]
    changes: Changes | None = None
    irreversible: tuple[str, ...] = ()  # releases declared so that it brings, or goes back behind
    strategy: str = ""  # its kind; empty: the fleet file's, as it stands
    tolerance: Tolerance = STRICT
    partial: bool = False  # only for some hosts of the target
    handed: Handed | None = None  # to a system that brings it by itself: its one unit stands in `batches`

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(host for batch in self.batches for host in batch)


@dataclass(frozen=True, slots=True)
class Commit:
    sha: str
    author: str
    subject: str


class Decision(StrEnum):
    OPEN = "open"
    PROMOTED = "promoted"
    ABORTED = "aborted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Approval:
    """A question to people, bound to one deploy, stage, release and plan (by its hash). `voters` are those who said
    yes, in their order, `reasons` why, one for each; `decided_by` who aborted, or whose yes was the last that was
    needed. Of what is `unclear`, because the analysis could not tell, a yes needs a reason.
    """

    deploy: int
    position: int
    sha: str
    asked_at: datetime
    expires_at: datetime
    needed: int = 1
    voters: tuple[str, ...] = ()
    decision: Decision = Decision.OPEN
    decided_by: str = ""
    decided_at: datetime | None = None
    plan_hash: str = ""
    unclear: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deploy:
    """One run that brings a release to an environment, as it stands. `requester` is a Slack user id."""

    id: int
    plan: Plan
    requester: str
    state: DeployState
    created_at: datetime
    finished_at: datetime | None = None
    reason: str = ""  # why it failed, in mrkdwn
    incident: int | None = None  # the alert whose button asked for it
    aborted_by: str = ""  # who asked for its end
    forced: str = ""  # what it was forced past, and why, in plain words
    plan_hash: str = ""  # of what it will do (plan/seal.py)
    usual: timedelta | None = None  # how long deploys there have taken lately

    @property
    def target(self) -> Target:
        return self.plan.target

    @property
    def release(self) -> Release:
        return self.plan.release

    def took(self, now: datetime) -> timedelta:
        return (self.finished_at or now) - self.created_at


@dataclass(frozen=True, slots=True)
class DeployView:
    """A deploy with its stages and hosts: all that its message shows."""

    deploy: Deploy
    stages: tuple[Stage, ...]
    hosts: tuple[HostLine, ...]
    approval: Approval | None = None  # the newest question of this deploy
    approvers: tuple[str, ...] = ()  # groups and ids that may answer it
    look: Look | None = None  # while the canary is compared with the old release
    lock: Lock | None = None  # what its rollback left behind, while it stands
    care: Aftercare | None = None  # how its checks are watched once it is done
    undone_by: Deploy | None = None  # the rollback that the bot began for it
    undoes: Deploy | None = None  # what this rollback was begun for, by the bot itself,
    undoing: Aftercare | None = None  # and what that one's checks had said
    halt: Halt | None = None  # the newest question of this deploy after an abort

    @property
    def goes_back(self) -> bool:
        """Whether its changed hosts go back, or went."""
        return any(stage.name == ROLLBACK_STAGE for stage in self.stages)

    @property
    def order(self) -> str:
        """The id of what it orders on its way forward: another one once people let it go on after an abort, since an
        order that was stopped stays stopped.
        """
        again = f"-again-{self.halt.turn}" if self.halt and self.halt.choice is Choice.ON else ""
        return f"deploy-{self.deploy.id}{again}"

    @property
    def behind(self) -> tuple[HostLine, ...]:
        """Hosts that do not run the release well, whatever became of the deploy."""
        well = (HostState.HEALTHY, HostState.LEFT)
        return tuple(line for line in self.hosts if line.state not in well or self.moved(line))

    def moved(self, line: HostLine) -> bool:
        """Whether a host that was healthy on the release runs something else by now."""
        return line.state is HostState.HEALTHY and line.found not in (None, self.deploy.release.sha)


@dataclass(frozen=True, slots=True)
class Act:
    """What an alert's button, or its check by itself, began: a restart, or a named `step` of the fleet file. `result`
    is empty while it runs. `check` is the one that began it by itself; empty: a person asked.
    """

    id: int
    target: Target
    hosts: tuple[str, ...]
    incident: int
    requester: str
    created_at: datetime
    finished_at: datetime | None = None
    ok: bool = False
    result: str = ""
    step: str = ""
    check: str = ""

    @property
    def order(self) -> str:
        """The id of what it orders."""
        return f"command-{self.id}" if self.step else f"restart-{self.id}"
