"""Brings the release that stands to machines that a scale act has made, before they are sent requests."""

from dataclasses import dataclass

import structlog

from bot.backends.base import Backend, Order
from bot.capacity import Ec2Pool, Fitness, Pool, Standing
from bot.engine.health import HealthGate
from bot.engine.journal import Journal
from bot.engine.sites import Place, Sites
from bot.errors import CloudError
from bot.plan.gate import cause_of
from bot.plan.ladder import standing as good
from bot.scales import Scaling

log = structlog.get_logger(__name__)

NEW = (Fitness.PENDING, Fitness.UNHEALTHY)


@dataclass(frozen=True, slots=True)
class Equipped:
    """New machines that may be sent requests (None: none needs anything brought), why others wait, and those on which
    it failed for good, each with its cause; in plain words.
    """

    ready: frozenset[str] | None = frozenset()
    waits: str = ""
    failed: tuple[str, ...] = ()


class Equipping:
    """Only for instances that the bot itself deploys to: what Auto Scaling and ECS make comes with its release."""

    def __init__(self, journal: Journal, sites: Sites, backend: Backend, gate: HealthGate) -> None:
        self._journal = journal
        self._sites = sites
        self._backend = backend
        self._gate = gate

    def equip(self, act: Scaling, pool: Pool, found: Standing) -> Equipped:
        """One that cannot be reached yet is tried again at the next look: it may still be starting."""
        release = good(self._journal.rungs(act.target))
        if not isinstance(pool, Ec2Pool) or release is None:
            return Equipped(None)
        new = [one.name for one in found.staying if one.order == act.order and one.fitness in NEW]
        if not new:
            return Equipped()
        try:
            self._sites.look(act.target)
        except CloudError as error:
            return Equipped(waits=str(error))
        place = self._sites.place(act.target)
        return self._equipped(act, place, release.sha, [name for name in new if name in place.hosts])

    def _equipped(self, act: Scaling, place: Place, sha: str, names: list[str]) -> Equipped:
        facts = self._backend.survey(place.site, place.hosts_of(names)) if names else []
        have = frozenset(fact.host for fact in facts if fact.current == sha)
        waits = next((f"{fact.host}: {fact.trouble}" for fact in facts if fact.trouble), "")
        bare = [fact.host for fact in facts if fact.reachable and not fact.trouble and fact.host not in have]
        if not bare or self._journal.deploys.running(act.target):  # a deploy brings hosts along that join
            return Equipped(have, waits)
        order = Order(act.order, sha, frozenset({sha}))
        results = self._backend.bring(place.site, order, place.hosts_of(bare), lambda _host, _step: None)
        failed = tuple(f"{one.host}: {one.cause}" for one in results if not one.ok)
        well, sick = self._asked(place, [one.host for one in results if one.ok])
        return Equipped(have | well, waits, (*failed, *sick))

    def _asked(self, place: Place, names: list[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        """Through the health gate, as after a deploy."""
        watches = self._gate.wait(place.health, place.hosts_of(names)) if names else {}
        well = frozenset(name for name, watch in watches.items() if watch.healthy)
        timeout = place.health.timeout
        sick = (f"{name}: {cause_of(watch, timeout)}" for name, watch in watches.items() if not watch.healthy)
        return well, tuple(sick)
