"""How services stand: gathered once, for /status and App Home."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.engine.clock import Clock
from bot.engine.holds import Holds
from bot.engine.host_releases import HostReleases
from bot.engine.journal import Journal
from bot.fleet import Fleet
from bot.model import Health, Host, Release, Target
from bot.plan.known import find_service
from bot.plan.ladder import standing
from bot.plan.releases import named
from bot.records import Deploy
from bot.refusals import Refusal
from bot.standing import Cpu, HostNow, Muster, Overview, ServiceView, TargetView
from bot.watch import Blindness, Vitals

RECENT = 10


class CpuSeries(Protocol):
    """bot.engine.cpu.CpuBook."""

    def views(self, targets: Sequence[Target], now: datetime) -> Mapping[Target, Cpu]: ...


def seeing() -> Blindness | None:
    """Nobody says that the bot cannot see."""
    return None


def uncounted(_: Target) -> Muster | None:
    """No cloud is asked."""
    return None


class Board:
    def __init__(
        self,
        journal: Journal,
        vitals: Callable[[Target], Vitals],
        holds: Holds,
        fleet: Callable[[], Fleet],
        clock: Clock,
        cpu: CpuSeries | None = None,
        muster: Callable[[Target], Muster | None] = uncounted,
        blind: Callable[[], Blindness | None] = seeing,
    ) -> None:
        self._journal = journal
        self._running = HostReleases(journal.deploys, journal.hosts, journal.equipped)
        self._holds = holds
        self._vitals = vitals
        self._fleet = fleet
        self._clock = clock
        self._cpu, self._muster, self._blind = cpu, muster, blind

    def overview(self) -> Overview:
        fleet = self._fleet()
        rows: dict[str, list[TargetView]] = {name: [] for name in fleet.services}
        busy = self._busy(fleet.targets())
        for target in fleet.targets():
            rows[target.service].append(self._target(target, busy))
        return Overview(fleet.environments, tuple(map(tuple, rows.values())), self._clock.now(), blind=self._blind())

    def home(self) -> Overview:
        seen = self.overview()
        recent = tuple(self._journal.deploys.recent(RECENT))
        return replace(seen, recent=recent)

    def service(self, name: str) -> ServiceView | Refusal:
        fleet = self._fleet()
        found = find_service(fleet, name)
        if isinstance(found, Refusal):
            return found
        targets = [target for target in fleet.targets() if target.service == name]
        busy = self._busy(targets)
        return ServiceView(
            service=name,
            runbook=fleet.services[name].runbook,
            targets=tuple(self._target(target, busy) for target in targets),
            deploys=tuple(self._journal.deploys.history(name, RECENT)),
            now=self._clock.now(),
            blind=self._blind(),
        )

    def _busy(self, targets: Sequence[Target]) -> Mapping[Target, Cpu]:
        """One look for all of them."""
        return self._cpu.views(targets, self._clock.now()) if self._cpu else {}

    def _target(self, target: Target, busy: Mapping[Target, Cpu]) -> TargetView:
        vitals = self._vitals(target)
        last = self._journal.deploys.last(target)
        return TargetView(
            target=target,
            hosts=self._hosts(target, vitals, last),
            vitals=vitals,
            release=standing(self._journal.rungs(target)),
            last=last,
            hold=self._holds.of(target),
            muster=self._muster(target),
            cpu=busy.get(target),
        )

    def _hosts(self, target: Target, vitals: Vitals, last: Deploy | None) -> tuple[HostNow, ...]:
        deployment = self._fleet().deployment(target)
        hosts = tuple(Host(name, "", "") for name in deployment.places) if deployment and deployment.managed else ()
        hosts = hosts or self._fleet().hosts(target)
        runs = self._running.of(target, {host.name for host in hosts})
        known = [deploy.release for deploy in self._journal.deploys.succeeded(target)]
        known += [last.release] if last else []
        return tuple(HostNow(host.name, _release(runs.get(host.name), known), _health(host, vitals)) for host in hosts)


def _release(sha: str | None, known: list[Release]) -> Release | None:
    return named(sha, known) if sha else None


def _health(host: Host, vitals: Vitals) -> Health:
    """By the checks that ask this very host."""
    found = {check.state.health for check in vitals.checks if check.host == host.name}
    if Health.DOWN in found:
        return Health.DOWN
    return Health.UP if found == {Health.UP} else Health.UNKNOWN
