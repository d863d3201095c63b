"""Brings a release to some hosts of a deploy and watches each through its health gate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.backends.base import Backend, Ending, HostResult, Order, Progress, never
from bot.backends.managed import ManagedSite
from bot.engine.group_care import GroupCare
from bot.engine.handing import Handing
from bot.engine.health import HealthGate
from bot.engine.journal import Journal
from bot.engine.sites import Place, Sites
from bot.engine.traffic import Traffic
from bot.fleet import HealthConfig
from bot.model import Host, HostState
from bot.plan.gate import cause_of
from bot.plan.hosts import Landing, beside, judged, landed
from bot.plan.ladder import standing, way_back
from bot.records import Deploy, HostLine

LANDED = {
    Ending.DONE: HostState.NEW,
    Ending.KEPT: HostState.UNCHANGED,
    Ending.SWITCHED: HostState.UNHEALTHY,
    Ending.LOST: HostState.UNKNOWN,
}
BESIDE = {Ending.DONE: HostState.READY, Ending.KEPT: HostState.UNCHANGED, Ending.LOST: HostState.SKIPPED}
"""Nothing is switched, so a lost host runs what it ran."""


class Bringing:
    def __init__(
        self,
        journal: Journal,
        sites: Sites,
        backend: Backend,
        gate: HealthGate,
        traffic: Traffic,
        care: GroupCare,
        handing: Handing,
    ) -> None:
        self._journal = journal
        self._sites = sites
        self._backend = backend
        self._gate = gate
        self._traffic = traffic
        self._care = care
        self._handing = handing

    def bring(
        self,
        deploy: Deploy,
        order_id: str,
        sha: str,
        lines: Sequence[HostLine],
        halted: Callable[[], bool] = never,
    ) -> list[HostLine]:
        """The lines as they stand after the order and the gate, in the order given.

        Raises PointsmanError when the whole backend, not one host, is in trouble.
        """
        if not lines:
            return []
        place = self._sites.place(deploy.target)
        bears = deploy.plan.tolerance.failures_of(len(place.hosts)) if sha == deploy.release.sha else None
        order = Order(order_id, sha, self._protected(deploy), halted, bears)
        if place.managed:
            return [self._handed(deploy, place.managed, order, line) for line in lines]
        if place.behind is None:
            return self._cared(deploy, place, order, lines)
        return self._traffic.around(place.behind, lines, lambda some: self._cared(deploy, place, order, some), halted)

    def _cared(self, deploy: Deploy, place: Place, order: Order, lines: Sequence[HostLine]) -> list[HostLine]:
        """In standby of their Auto Scaling group meanwhile, where they are of one."""
        if place.group is None:
            return self._brought(deploy, place, order, lines)
        brought = partial(self._brought, deploy, place, order)
        return self._care.around(deploy.id, place.group, lines, brought)

    def _handed(self, deploy: Deploy, site: ManagedSite, order: Order, line: HostLine) -> HostLine:
        """Another release than the deploy's is the way back."""
        if order.sha == deploy.release.sha:
            return self._handing.anew(deploy, site, order.id, order.sha, line, order.halted)
        return self._handing.back(self._journal.view(deploy.id), site, order.id, order.sha, line)

    def _brought(self, deploy: Deploy, place: Place, order: Order, lines: Sequence[HostLine]) -> list[HostLine]:
        results = self._backend.bring(place.site, order, self._hosts(place, lines), self._progress(deploy))
        after = [landed(line, _landing(result)) for line, result in zip(lines, results, strict=True)]
        self._journal.arrived(deploy.id, [line.host for line in after if line.state is HostState.NEW])
        return self._through_gate(place.health, place, after, order.halted)

    def prepare(
        self, deploy: Deploy, order_id: str, lines: Sequence[HostLine], halted: Callable[[], bool] = never
    ) -> list[HostLine]:
        """The same without the switch: the release stands ready beside the old one, well if it can be asked there."""
        place = self._sites.place(deploy.target)
        order = Order(order_id, deploy.release.sha, self._protected(deploy), halted)
        results = self._backend.prepare(place.site, order, self._hosts(place, lines), self._progress(deploy))
        after = [landed(line, _landing(result, BESIDE)) for line, result in zip(lines, results, strict=True)]
        if not place.health.beside:
            return after
        asked = [replace(line, state=HostState.NEW) if line.state is HostState.READY else line for line in after]
        config = place.health.model_copy(update={"http": place.health.beside})
        return [beside(line) for line in self._through_gate(config, place, asked, halted)]

    def _hosts(self, place: Place, lines: Sequence[HostLine]) -> list[Host]:
        return place.hosts_of([line.host for line in lines])

    def _progress(self, deploy: Deploy) -> Progress:
        return self._journal.stepping.follow(deploy.id)

    def _through_gate(
        self, config: HealthConfig, place: Place, lines: Sequence[HostLine], halted: Callable[[], bool]
    ) -> list[HostLine]:
        asked = place.hosts_of([line.host for line in lines if line.state is HostState.NEW])
        watches = self._gate.wait(config, asked, halted) if asked else {}
        timeout = config.timeout
        return [
            judged(line, watch.healthy, watch.healthy_after or timedelta(0), cause_of(watch, timeout))
            if (watch := watches.get(line.host))
            else line
            for line in lines
        ]

    def _protected(self, deploy: Deploy) -> frozenset[str]:
        """What pruning must leave: where a rollback would go."""
        rungs = self._journal.rungs(deploy.target)
        return frozenset(release.sha for release in (deploy.plan.fallback, standing(rungs), way_back(rungs)) if release)


def _landing(result: HostResult, states: Mapping[Ending, HostState] = LANDED) -> Landing:
    return Landing(states[result.ending], result.step, result.cause, result.tail)
