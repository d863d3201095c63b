"""How the machines of every target stand in their cloud: counted once a minute, so that nobody waits for the answer."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import structlog

from bot.backends.base import Balancer
from bot.backends.managed import Managed
from bot.capacity import Pool, Standing
from bot.engine.clock import Clock
from bot.engine.sites import managed_site, target_group
from bot.errors import PointsmanError
from bot.fleet import Fleet
from bot.model import Target
from bot.standing import Muster

log = structlog.get_logger(__name__)

THREADS = 8  # targets that are counted at once


class Musters:
    """`read` counts a pool and `pools` says which a target has, None for none; `managed` are the systems that bring
    releases by themselves, by the name of their backend. May be asked from any thread.
    """

    def __init__(
        self,
        pools: Callable[[Target], Pool | None],
        read: Callable[[Target, Pool], Standing],
        balancer: Balancer,
        managed: Mapping[str, Managed],
        fleet: Callable[[], Fleet],
        clock: Clock,
    ) -> None:
        self._pools, self._read, self._balancer, self._managed = pools, read, balancer, managed
        self._fleet, self._clock = fleet, clock
        self._found: dict[Target, Muster] = {}
        self._guard = threading.Lock()

    def of(self, target: Target) -> Muster | None:
        """As it was counted last; None where there is nothing to count, or nothing was yet."""
        with self._guard:
            return self._found.get(target)

    def look(self) -> None:
        """All of them, side by side. What cannot be asked keeps what was seen last, and says since when by its age."""
        fleet = self._fleet()
        targets = [target for target in fleet.targets() if self._counts(fleet, target)]
        with ThreadPoolExecutor(THREADS, thread_name_prefix="musters") as pool:
            found = dict(zip(targets, pool.map(self._count, targets), strict=True))
        with self._guard:
            self._found = found

    def _counts(self, fleet: Fleet, target: Target) -> bool:
        deployment = fleet.deployment(target)
        return deployment is not None and deployment.backend != "ssh"

    def _count(self, target: Target) -> Muster:
        before = self.of(target) or Muster()
        try:
            return self._asked(target)
        except PointsmanError as error:
            self._say(target, before, str(error))
            return replace(before, trouble=str(error))
        except Exception:  # one target's trouble holds up no other
            log.exception("machines could not be counted", target=str(target))
            return replace(before, trouble="the bot could not ask; see its log")

    def _asked(self, target: Target) -> Muster:
        """Raises CloudError, with the cloud's own words."""
        fleet, pool = self._fleet(), self._pools(target)
        standing = self._read(target, pool) if pool else None
        group = target_group(fleet, target)
        members = self._balancer.members(group) if group and not standing else None
        site = managed_site(fleet, target)
        system = self._managed.get(site.config.BACKEND) if site else None
        facts = system.standing(site) if site and system else None
        return Muster(self._clock.now(), standing, facts, members)

    def _say(self, target: Target, before: Muster, trouble: str) -> None:
        if not before.trouble:
            log.warning("machines cannot be counted; those seen last stay", target=str(target), error=trouble)
