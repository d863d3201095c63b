"""How services stand: what /status and the App Home show."""

from dataclasses import dataclass
from datetime import datetime

from bot.holds import NOTHING, Hold
from bot.model import DeployState, Health, Release, Target
from bot.records import Deploy
from bot.watch import Vitals


@dataclass(frozen=True, slots=True)
class HostNow:
    """One host as the last deploy left it and as its own checks see it; unknown without such a check."""

    name: str
    release: Release | None
    health: Health


@dataclass(frozen=True, slots=True)
class TargetView:
    """A service in an environment: what stands there, how it is, who touched it last."""

    target: Target
    hosts: tuple[HostNow, ...]
    vitals: Vitals
    release: Release | None = None
    last: Deploy | None = None
    hold: Hold = NOTHING

    @property
    def drifted(self) -> tuple[HostNow, ...]:
        """Hosts that are known to run something else than what stands there; while a deploy runs that is its work."""
        if self.release is None or (self.last and self.last.state is DeployState.RUNNING):
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


@dataclass(frozen=True, slots=True)
class Overview:
    """Every service by environment; `recent` are the last deploys of all, newest first."""

    environments: tuple[str, ...]
    rows: tuple[tuple[TargetView, ...], ...]
    now: datetime
    recent: tuple[Deploy, ...] = ()
