"""Systems that bring a release by themselves: ECS, an Auto Scaling group's refresh, CloudFormation.

The engine asks these values, backends answer them. What such a system runs is one unit, however many tasks or
instances that is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import Release, Target


@dataclass(frozen=True, slots=True)
class Pace:
    """How the system shall go about it. `checkpoints` are shares in percent, rising, without 100: at each it waits
    until it is told to go on; for at most `patience`, after which it goes back by itself where it can. `kind` is the
    strategy's.
    """

    kind: str = "rolling"
    checkpoints: tuple[int, ...] = ()
    patience: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ManagedOrder:
    """One release to bring. `id` is unique for ever (`deploy-41`, `deploy-41-back`), and empty where it is only asked
    what would happen. `seal` is the hash of what people were shown (`Proposed.seal`); empty: nothing was. `again`: a
    way back, to the release as it was when it was good there, with what it was configured with then.
    """

    id: str
    release: Release
    pace: Pace = Pace()
    seal: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class ManagedFacts:
    """What runs now. `current` is the release's exact name (`Release.sha`), None when nothing does or it is not known.

    `trouble` says in words why nothing can be brought there now; `drift` names what is not as it should be: a part that
    runs something else, a hand that changed the service; `parts` is how many tasks or instances there are.
    """

    current: str | None
    trouble: str = ""
    parts: int = 0
    drift: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What an order would change, in plain words, the most dangerous first; none: nothing to do. `seal` is a hash of it
    that a confirmation or an approval is bound to.
    """

    changes: tuple[str, ...]
    seal: str = ""


class Phase(StrEnum):
    """How far an order is, as the system itself says."""

    UNBEGUN = "unbegun"  # the system knows nothing of this order
    RUNNING = "running"
    WAITING = "waiting"  # at a checkpoint, until it is told to go on
    DONE = "done"  # the order's own release is what succeeded
    FAILED = "failed"  # it stands where it failed: what runs is mixed, or not known
    GOING_BACK = "going_back"
    BACK = "back"  # what ran before runs again: no success, whatever the system calls it


@dataclass(frozen=True, slots=True)
class Course:
    """How an order goes. `share` is in percent, None when that is not known; `words` for the deploy's message, plain;
    `reasons` are the system's own, of what failed. `checkpoint` is the number of the one it waits at, from 0; below 0
    it is a pause of the system that nobody asked for, to be passed at once.
    """

    phase: Phase
    share: int | None = None
    words: str = ""
    reasons: tuple[str, ...] = ()
    checkpoint: int | None = None

    @property
    def over(self) -> bool:
        return self.phase in (Phase.DONE, Phase.FAILED, Phase.BACK, Phase.UNBEGUN)


@dataclass(frozen=True, slots=True)
class TaskEnd:
    """How a command stands that a system runs once. `words` is plain: its exit code, and the system's own reason."""

    over: bool
    ok: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class TaskRun:
    """One run of a task of the fleet file. `handle` is what the system calls it, empty before it has begun."""

    id: int
    target: Target
    task: str
    requester: str
    created_at: datetime
    handle: str = ""
    finished_at: datetime | None = None
    ok: bool = False
    result: str = ""

    @property
    def order(self) -> str:
        """The id of what it orders: unique also for a bot with a new database."""
        return f"task-{self.id}-{int(self.created_at.timestamp())}"
