"""Brings a release to some hosts of a deploy and watches each through its health gate."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.backends.base import Backend, Ending, HostResult, Order, never
from bot.engine.health import HealthGate
from bot.engine.journal import Journal
from bot.engine.sites import Place, Sites
from bot.model import HostState
from bot.plan.gate import cause_of
from bot.plan.hosts import Landing, judged, landed
from bot.plan.ladder import standing, way_back
from bot.records import Deploy, HostLine

LANDED = {
    Ending.DONE: HostState.NEW,
    Ending.KEPT: HostState.UNCHANGED,
    Ending.SWITCHED: HostState.UNHEALTHY,
    Ending.LOST: HostState.UNKNOWN,
}


class Bringing:
    def __init__(self, journal: Journal, sites: Sites, backend: Backend, gate: HealthGate) -> None:
        self._journal = journal
        self._sites = sites
        self._backend = backend
        self._gate = gate

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
        hosts = place.hosts_of([line.host for line in lines])
        order = Order(order_id, sha, self._protected(deploy), halted)
        results = self._backend.bring(
            place.site, order, hosts, lambda host, step: self._journal.stepping(deploy.id, host, step)
        )
        after = [landed(line, _landing(result)) for line, result in zip(lines, results, strict=True)]
        self._journal.arrived(deploy.id, [line.host for line in after if line.state is HostState.NEW])
        return self._through_gate(place, after, halted)

    def _through_gate(self, place: Place, lines: Sequence[HostLine], halted: Callable[[], bool]) -> list[HostLine]:
        asked = place.hosts_of([line.host for line in lines if line.state is HostState.NEW])
        watches = self._gate.wait(place.health, asked, halted) if asked else {}
        timeout = place.health.timeout
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


def _landing(result: HostResult) -> Landing:
    return Landing(LANDED[result.ending], result.step, result.cause, result.tail)
