"""A service's capacity and load: state keeps these values, plans decide on them, messages show them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

Combined = Literal["median", "mean", "max"]
"""How the CPU of several hosts becomes one number."""


@dataclass(frozen=True, slots=True)
class Load:
    """One host that serves. `cpu` in percent of that host, None when no number came; `release` is what it runs."""

    host: str
    up_since: datetime
    cpu: float | None
    release: str = ""


@dataclass(frozen=True, slots=True)
class HostMinute:
    """What is known of one host in one minute; `host` empty: of the whole service.

    `cpu` in percent, None when it could not be told. `load` is how many processes ran or waited, over a minute, and
    `up_since` when the host began: both None where the source does not know.
    """

    host: str
    minute: datetime
    cpu: float | None
    load: float | None = None
    up_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class BusyMinute:
    """The CPU of a service in one minute: over the hosts that told theirs, in percent; None when none did."""

    minute: datetime
    told: int
    missing: int
    mean: float | None
    median: float | None
    most: float | None

    def combined(self, how: Combined) -> float | None:
        return {"median": self.median, "mean": self.mean, "max": self.most}[how]


@dataclass(frozen=True, slots=True)
class Change:
    """The number of hosts was changed."""

    at: datetime
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Wish:
    """How many hosts the rules alone wanted at a moment, before anything held them back."""

    at: datetime
    hosts: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """A service in an environment as it stands.

    `desired` is what was asked for last, those that start included; `loads` are the hosts that serve. `changes` and
    `wishes` reach back as far as the policy's longest window, oldest first. `deploying` and `incident` say in words
    what runs or is open there; `held_until` is in the future while a person holds the number. `failures` are changes
    that were tried in the last hour and came nowhere, since the last that did, oldest first.
    """

    desired: int
    loads: tuple[Load, ...]
    changes: tuple[Change, ...] = ()
    wishes: tuple[Wish, ...] = ()
    deploying: str = ""
    incident: str = ""
    held_until: datetime | None = None
    failures: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules looked at: the combined CPU of the warm hosts that told theirs, in percent.

    `missing` are warm hosts without a number, `warming` those too young to count, `hot` those above `hot.cpu`.
    """

    cpu: float | None
    told: int
    missing: int
    warming: int
    hot: int = 0


class Rule(StrEnum):
    """Which rule wanted the number."""

    TRACKING = "target"
    STEP = "step"
    HOT = "hot hosts"
    FLOOR = "the least"
    CEILING = "the most"


class Why(StrEnum):
    """Why the number stays, or is not changed as far as was wanted."""

    ENOUGH = "enough"  # nothing else is wanted
    NO_DATA = "no data"
    HELD = "held"
    DEPLOYING = "deploying"
    INCIDENT = "incident"
    WARMING = "warming"
    COOLING = "cooling"
    STEADYING = "steadying"  # the window of stabilisation wants more than now
    REFUSED = "refused"  # by the cloud, a moment ago
    LIMIT = "limit"  # so many hosts within so long
    MOST = "most"
    LEAST = "least"
    ONLY_HOST = "only host"  # of a release
    DONE = "done"  # as far as was wanted


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about the capacity: `after` is `before` when it stays.

    `wish` is what the rules wanted, to be kept as a Wish; `why` says what stood between it and `after`.
    """

    before: int
    after: int
    wish: int
    rule: Rule
    why: Why
    seen: Seen
    least: int
    most: int

    @property
    def acts(self) -> bool:
        return self.after != self.before
