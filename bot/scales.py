"""Acts that change how many hosts a service has, and holds of that number: state keeps these values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import Target
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

    @property
    def order(self) -> str:
        """The id of what it orders, safe as a client token; another one in another database."""
        return f"scale-{self.id}-{int(self.created_at.timestamp())}"

    @property
    def shrinks(self) -> bool:
        return self.after < self.before

    @property
    def by_itself(self) -> bool:
        return self.requester == THE_BOT


@dataclass(frozen=True, slots=True)
class Grip:
    """Somebody holds the number: the rules leave it alone until then, or until it is given back."""

    target: Target
    by: str
    since: datetime
    until: datetime
    id: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""

    def live(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.until
