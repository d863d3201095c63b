"""The stages of a release that is brought up beside the old one: before the switch, and after it."""

from collections.abc import Sequence

import structlog

from bot.backends.base import Backend, Order
from bot.engine.bake import Bake
from bot.engine.bringing import Bringing
from bot.engine.journal import Journal
from bot.engine.sites import Place, Sites
from bot.engine.stage_ends import StageEnds
from bot.errors import PointsmanError, StateError
from bot.messages.failures import failure_words
from bot.messages.obstacles import obstacles
from bot.messages.words import count, escape
from bot.model import HostState, Step
from bot.plan.strategy import failures, left_out
from bot.records import DeployView

log = structlog.get_logger(__name__)


class Beside:
    """Makes the release ready on all hosts at once, started where the fleet file says how; nothing is switched."""

    def __init__(self, ends: StageEnds, sites: Sites, bringing: Bringing) -> None:
        self._ends = ends
        self._sites = sites
        self._bringing = bringing

    def __call__(self, view: DeployView, position: int) -> bool:
        deploy, halted = view.deploy, self._ends.halted(view.deploy.id)
        members = left_out(view.hosts, self._sites.place(deploy.target).hosts)
        coming = [line for line in members if line.to_come]
        after = self._bringing.prepare(deploy, f"{view.order}-beside", coming, halted)
        lines = [*after, *(line for line in members if not line.to_come)]
        found = failures(lines, deploy.plan.tolerance)
        ready = [line for line in lines if line.state is HostState.READY]
        if found.too_many or not ready or (halted() and found.hosts):
            return self._ends.end(deploy.id, position, lines, failure_words(lines, found))
        return self._ends.end(deploy.id, position, lines, words=f"ready on {count(len(ready), 'host')}")


class Keeping:
    """Watches the hosts while the old release stays ready; whatever is wrong, or an abort, switches all back."""

    def __init__(self, journal: Journal, ends: StageEnds, sites: Sites, bake: Bake, backend: Backend) -> None:
        self._journal = journal
        self._ends = ends
        self._sites = sites
        self._bake = bake
        self._backend = backend

    def __call__(self, view: DeployView, position: int) -> bool:
        deploy, halted = view.deploy, self._ends.halted(view.deploy.id)
        place = self._sites.place(deploy.target, deploy.plan.strategy)
        hosts = [line.host for line in view.hosts if line.state is HostState.HEALTHY and line.host in place.hosts]
        since = view.stages[position].started_at or deploy.created_at
        trouble = escape(self._bake.watch(place, hosts, since, place.keep, halted))
        if not trouble and self._journal.aborted_by(deploy.id):
            trouble = "switched back, as asked"
        if trouble:
            return self._ends.end(deploy.id, position, trouble=trouble)
        return self._ends.end(deploy.id, position, words=self._retired(view, place, hosts))

    def _retired(self, view: DeployView, place: Place, hosts: Sequence[str]) -> str:
        """What is said of clearing the old one away. What goes wrong there undoes nothing: the new one runs."""
        stayed = f"{count(len(hosts), 'host')} stayed healthy"
        if Step.RETIRE not in place.site.steps:
            return stayed
        try:
            results = self._backend.retire(place.site, Order(f"{view.order}-retire", ""), place.hosts_of(hosts))
        except StateError:  # waited out by the workflow: it says nothing of the hosts
            raise
        except PointsmanError as error:
            log.warning("nothing was retired", deploy=view.deploy.id, error=str(error))
            return f"{stayed} · not retired: {escape(str(error))}"
        bad = obstacles((result.host, result.cause) for result in results if not result.ok)
        return f"{stayed} · not retired: {escape(bad)}" if bad else f"{stayed} · the old one was retired"
