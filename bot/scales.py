"""Acts that change how many hosts a service has, and holds of that number: state keeps these values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.capacity import Standing
from bot.model import Target
from bot.scaling import Decision
from bot.trail import THE_BOT


class Stand(StrEnum):
    """Where an act stands."""

    PROPOSED = "proposed"  # shown, and waits for a confirming click
    RUNNING = "running"
    DONE = "done"
    SHORT = "short"  # ended before all of it was reached; what was reached stays
    CANCELLED = "cancelled"  # of a proposal


@dataclass(frozen=True, slots=True)
class Scaling:
    """The number of hosts goes from `before` to `after`.

    `leave` are the hosts that go, chosen when it was asked for; `seen` says in mrkdwn what a rule saw, `limit` why it
    went no further, both empty where a person asked. `reached` is how many hosts were asked of the cloud in the end,
    `well` how many of them serve; None: not known yet. `result` says in mrkdwn how it ended. `undoes` is the act that
    this one takes back, `incident` the alert whose button asked. `id` 0: not written yet.
    """

    target: Target
    before: int
    after: int
    requester: str
    created_at: datetime
    leave: tuple[str, ...] = ()
    seen: str = ""
    limit: str = ""
    id: int = 0
    stand: Stand = Stand.RUNNING
    began_at: datetime | None = None
    finished_at: datetime | None = None
    reached: int | None = None
    well: int | None = None
    result: str = ""
    undoes: int | None = None
    incident: int | None = None
    cost: float | None = None  # of one host in an hour, where the fleet file says it

    @property
    def order(self) -> str:
        """The id of what it orders, safe as a client token; another one in another database."""
        return f"scale-{self.id}-{int(self.created_at.timestamp())}"

    @property
    def shrinks(self) -> bool:
        return self.after < self.before

    @property
    def replaces(self) -> str:
        """The machine that makes room for a new one, where the number stays; empty for any other act."""
        return self.leave[0] if self.leave and self.after == self.before else ""

    @property
    def by_itself(self) -> bool:
        return self.requester == THE_BOT


@dataclass(frozen=True, slots=True)
class Grip:
    """Somebody holds the number: the rules leave it alone until then, or until it is given back. `scale` is the act
    that it came with; None: it was asked for.
    """

    target: Target
    by: str
    since: datetime
    until: datetime
    id: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""
    scale: int | None = None

    def live(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.until


@dataclass(frozen=True, slots=True)
class ScaleView:
    """An act with what its message shows besides. `last`: nothing was changed there since. `ruled`: rules change that
    number too.
    """

    scaling: Scaling
    grip: Grip | None = None
    last: bool = True
    ruled: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a service's capacity stands, and what would be done about it.

    `decision` is the rules', None where there are none, or where the loads cannot be read; `draft` what somebody asked
    about, or what the rules would begin.
    """

    target: Target
    standing: Standing
    least: int
    most: int
    decision: Decision | None = None
    draft: Scaling | None = None
    seen: str = ""
    limit: str = ""
    grip: Grip | None = None
    running: Scaling | None = None
    cost: float | None = None
