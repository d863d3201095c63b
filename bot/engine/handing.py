"""Has a release brought by a system that does it by itself, and says what became of its one unit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.backends.base import never
from bot.backends.managed import ManagedSite
from bot.engine.clock import Clock
from bot.engine.following import Errand, Following
from bot.engine.journal import Journal
from bot.engine.systems import Systems
from bot.errors import CloudError
from bot.managed import ManagedOrder, Pace, Phase
from bot.model import DeployKind, HostState
from bot.plan.handed import brought, unread
from bot.plan.releases import named
from bot.records import Deploy, DeployView, HostLine


class Handing:
    def __init__(self, journal: Journal, systems: Systems, clock: Clock) -> None:
        self._journal = journal
        self._systems = systems
        self._clock = clock
        self._following = Following(clock)

    def on(
        self,
        view: DeployView,
        site: ManagedSite,
        since: datetime,
        stop: int | None,
        say: Callable[[str], None],
        halted: Callable[[], bool],
    ) -> HostLine:
        """The unit after the way to checkpoint `stop`, or to the end. CHANGING: it waits there."""
        line, order = view.hosts[0], forward(view)
        errand = self._errand(site, order, since, stop, halted, say)
        try:
            course = self._following.through(errand)
        except CloudError as error:
            return self._lost(errand, line, error)
        return brought(line, course, view.deploy.plan.fallback, self._clock.now() - since)

    def back(self, view: DeployView, site: ManagedSite, order_id: str, sha: str, line: HostLine) -> HostLine:
        """The unit after it went back to this release: by the system's own way where that leads there, else by an order
        of its own. HEALTHY when it runs it.
        """
        now = self._clock.now()
        errand = self._errand(site, forward(view), now)
        try:
            turned = self._following.back(errand)
            if turned.phase is Phase.BACK and errand.system.standing(site).current == sha:
                return replace(line, state=HostState.HEALTHY)
        except CloudError as error:
            return unread(line, error)
        return self.anew(view.deploy, site, order_id, sha, line)

    def anew(
        self,
        deploy: Deploy,
        site: ManagedSite,
        order_id: str,
        sha: str,
        line: HostLine,
        halted: Callable[[], bool] = never,
    ) -> HostLine:
        """The unit after another order for this release, in one go."""
        known = [one.release for one in self._journal.deploys.succeeded(deploy.target)] + [deploy.release]
        back = sha != deploy.release.sha or deploy.plan.kind is DeployKind.ROLLBACK
        order, now = ManagedOrder(order_id, named(sha, known), Pace("all_at_once"), again=back), self._clock.now()
        errand = self._errand(site, order, now, halted=halted)
        try:
            course = self._following.through(errand)
        except CloudError as error:
            return self._lost(errand, line, error)
        return brought(line, course, None, self._clock.now() - now)

    def _errand(
        self,
        site: ManagedSite,
        order: ManagedOrder,
        since: datetime,
        stop: int | None = None,
        halted: Callable[[], bool] = never,
        say: Callable[[str], None] = lambda words: None,
    ) -> Errand:
        return Errand(self._systems.of(site), site, order, since, site.config.within, stop, halted, say)

    def _lost(self, errand: Errand, line: HostLine, error: CloudError) -> HostLine:
        """Nothing was changed where the system knows that the order never began; else it is not known what runs."""
        try:
            begun = errand.system.look(errand.site, errand.order).phase is not Phase.UNBEGUN
        except CloudError:
            begun = True
        return unread(line, error) if begun else replace(line, state=HostState.UNCHANGED, detail=str(error))


def forward(view: DeployView) -> ManagedOrder:
    """What the deploy ordered on its way forward."""
    plan = view.deploy.plan
    pace, seal = (plan.handed.pace, plan.handed.seal) if plan.handed else (Pace(), "")
    return ManagedOrder(view.order, plan.release, pace, seal, plan.kind is DeployKind.ROLLBACK)
