"""How services stand: what /status and the App Home show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.capacity import Standing
from bot.cloud import Member
from bot.holds import NOTHING, Hold
from bot.managed import ManagedFacts
from bot.model import DeployState, Health, Release, Target
from bot.records import Deploy
from bot.scaling import BusyMinute, Combined
from bot.watch import Blindness, Vitals


@dataclass(frozen=True, slots=True)
class HostNow:
    """One host as the last deploy left it and as its own checks see it; unknown without such a check."""

    name: str
    release: Release | None
    health: Health


@dataclass(frozen=True, slots=True)
class Muster:
    """What a cloud said of a target when it was asked last, each part None where there is nothing of that kind there.

    `standing` are its machines, `facts` what the system that brings its releases says, `members` its hosts in the
    target group. `at` is when that was, None when it never could be asked; `trouble` why it could not be asked since.
    """

    at: datetime | None = None
    standing: Standing | None = None
    facts: ManagedFacts | None = None
    members: Mapping[str, Member] | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Cpu:
    """How busy a target is: an hour, minute by minute, the oldest first, and why it could not be told of late, by host
    (empty: of all together). `of` is how its hosts become one number.
    """

    minutes: tuple[BusyMinute | None, ...]
    of: Combined = "median"
    troubles: Mapping[str, str] = field(default_factory=dict)

    @property
    def numbers(self) -> tuple[float | None, ...]:
        """In percent, one for each minute."""
        return tuple(one.combined(self.of) if one else None for one in self.minutes)

    @property
    def last(self) -> BusyMinute | None:
        """The newest minute in which a host told its own."""
        return next((one for one in reversed(self.minutes) if one and one.told), None)

    @property
    def now(self) -> float | None:
        return self.last.combined(self.of) if self.last else None


@dataclass(frozen=True, slots=True)
class TargetView:
    """A service in an environment: what stands there, how it is, who touched it last."""

    target: Target
    hosts: tuple[HostNow, ...]
    vitals: Vitals
    release: Release | None = None
    last: Deploy | None = None
    hold: Hold = NOTHING
    muster: Muster | None = None
    cpu: Cpu | None = None

    @property
    def deploying(self) -> bool:
        return self.last is not None and self.last.state is DeployState.RUNNING

    @property
    def drifted(self) -> tuple[HostNow, ...]:
        """Hosts that are known to run something else than what stands there; while a deploy runs that is its work."""
        if self.release is None or self.deploying:
            return ()
        return tuple(host for host in self.hosts if host.release and host.release.sha != self.release.sha)

    @property
    def hosts_up(self) -> int:
        """Hosts that are not known to be down."""
        return sum(host.health is not Health.DOWN for host in self.hosts)


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service closely."""

    service: str
    runbook: str | None
    targets: tuple[TargetView, ...]
    deploys: tuple[Deploy, ...]
    now: datetime
    blind: Blindness | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """Every service by environment; `recent` are the last deploys of all, newest first. `blind`: the bot cannot see."""

    environments: tuple[str, ...]
    rows: tuple[tuple[TargetView, ...], ...]
    now: datetime
    recent: tuple[Deploy, ...] = ()
    blind: Blindness | None = None
