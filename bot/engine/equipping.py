"""Brings the release that stands to machines that a scale act has made, before they are sent requests."""

from dataclasses import dataclass, replace

import structlog

from bot.backends.base import Backend, HostFacts, Order
from bot.capacity import Ec2Pool, EcsPool, Fitness, Machine, Pool, Standing
from bot.engine.health import HealthGate
from bot.engine.journal import Journal
from bot.engine.sites import Place, Sites
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
    """Only for instances that the bot itself deploys to: what a managed system makes comes with its release."""

    def __init__(self, journal: Journal, sites: Sites, backend: Backend, gate: HealthGate) -> None:
        self._journal = journal
        self._sites = sites
        self._backend = backend
        self._gate = gate

    def equip(self, act: Scaling, pool: Pool, found: Standing) -> Equipped:
        """One that cannot be reached yet is tried again at the next look: it may still be starting."""
        release = good(self._journal.rungs(act.target))
        if release is None or isinstance(pool, EcsPool):
            return Equipped(None)
        place = self._sites.place(act.target)
        if place.managed:
            return Equipped(None)
        new = [one.name for one in found.staying if _is_new(one, act, pool)]
        equipped = self._equipped(act, place, release.sha, [name for name in new if name in place.hosts])
        self._note(act, place, release.sha, equipped.ready)
        return equipped if isinstance(pool, Ec2Pool) else replace(equipped, ready=None)

    def _equipped(self, act: Scaling, place: Place, sha: str, names: list[str]) -> Equipped:
        facts = self._backend.survey(place.site, place.hosts_of(names)) if names else []
        deploying = self._journal.deploys.running(act.target) is not None
        have = frozenset(fact.host for fact in facts if _has(fact, sha, deploying))
        waits = next((f"{fact.host}: {fact.trouble}" for fact in facts if fact.trouble), "")
        bare = [fact.host for fact in facts if fact.reachable and not fact.trouble and fact.host not in have]
        if not bare:
            return Equipped(have, waits)
        order = Order(act.order, sha, frozenset({sha}))
        results = self._backend.bring(place.site, order, place.hosts_of(bare), lambda _host, _step: None)
        failed = tuple(f"{one.host}: {one.cause}" for one in results if not one.ok)
        well, sick = self._asked(place, [one.host for one in results if one.ok])
        return Equipped(have | well, waits, (*failed, *sick))

    def _note(self, act: Scaling, place: Place, sha: str, ready: frozenset[str] | None) -> None:
        """Not during a deploy, whose own release some of them may have by now."""
        if ready and self._journal.deploys.running(act.target) is None:
            self._journal.equipped.note(act.target, ready, sha, place.hosts, self._journal.clock.now())

    def _asked(self, place: Place, names: list[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        """Through the health gate, as after a deploy."""
        watches = self._gate.wait(place.health, place.hosts_of(names)) if names else {}
        well = frozenset(name for name, watch in watches.items() if watch.healthy)
        timeout = place.health.timeout
        sick = (f"{name}: {cause_of(watch, timeout)}" for name, watch in watches.items() if not watch.healthy)
        return well, tuple(sick)


def _is_new(machine: Machine, act: Scaling, pool: Pool) -> bool:
    """A group puts its machines before people by itself: they may be sent requests already."""
    since = act.began_at or act.created_at
    if isinstance(pool, Ec2Pool):
        return machine.order == act.order and machine.fitness in NEW
    return machine.launched_at >= since


def _has(fact: HostFacts, sha: str, deploying: bool) -> bool:
    """Whether nothing has to be brought. A deploy that runs brings its release along to hosts that join: what it has
    brought is not taken back, and until then the one that stands serves.
    """
    return fact.current is not None if deploying else fact.current == sha
