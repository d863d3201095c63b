"""The stages of a release that a system brings by itself: what runs is read, then the system is told and followed."""

from collections.abc import Callable
from dataclasses import replace

from bot.backends.managed import ManagedSite
from bot.engine.checkpoints import Checkpoints
from bot.engine.handing import Handing
from bot.engine.journal import Journal
from bot.engine.sites import Place, Sites
from bot.engine.stage_ends import StageEnds
from bot.engine.systems import Systems
from bot.errors import PointsmanError
from bot.messages.handed import ended_words, standing_words
from bot.messages.words import escape
from bot.model import HostState
from bot.plan.handed import checkpoint_of
from bot.records import DeployView, HostLine


class Standing:
    """Reads what runs there, which is what a failure goes back to."""

    def __init__(self, ends: StageEnds, sites: Sites, systems: Systems) -> None:
        self._ends = ends
        self._sites = sites
        self._systems = systems

    def __call__(self, view: DeployView, position: int) -> bool:
        site = site_of(self._sites.place(view.deploy.target))
        facts, line = self._systems.of(site).standing(site), view.hosts[0]
        if facts.trouble:
            return self._ends.end(view.deploy.id, position, trouble=escape(facts.trouble))
        line = replace(line, before=line.before or facts.current)
        return self._ends.end(view.deploy.id, position, [line], words=standing_words(view.deploy, facts))


class Rollout:
    """Begins it or finds it begun, and follows it: to its checkpoint, which is watched, or to the end."""

    def __init__(
        self, journal: Journal, ends: StageEnds, sites: Sites, handing: Handing, checkpoints: Checkpoints
    ) -> None:
        self._journal = journal
        self._ends = ends
        self._sites = sites
        self._handing = handing
        self._checkpoints = checkpoints

    def __call__(self, view: DeployView, position: int) -> bool:
        deploy, stop = view.deploy, checkpoint_of(view.deploy.plan, position)
        place, halted = self._sites.place(deploy.target, deploy.plan.strategy), self._ends.halted(deploy.id)
        self._mark(view)
        since = view.stages[position].started_at or deploy.created_at
        line = self._handing.on(view, site_of(place), since, stop, self._teller(deploy.id, position), halted)
        if line.state is HostState.CHANGING:
            trouble = self._checkpoints.watch(deploy.target, since, place.bake, halted)
            words = f"waits at {deploy.plan.handed.pace.checkpoints[stop or 0]} %" if deploy.plan.handed else ""
            return self._ends.end(deploy.id, position, [line], escape(trouble), words)
        trouble = ended_words(line) if line.state is not HostState.HEALTHY else ""
        if not trouble and halted():
            trouble = "it was done before it could be stopped"
        return self._ends.end(deploy.id, position, [line], escape(trouble))

    def _mark(self, view: DeployView) -> None:
        """From here on the unit may run the new release."""
        line: HostLine = view.hosts[0]
        with self._journal.writing(view.deploy.id) as now:
            self._journal.hosts.save(view.deploy.id, [replace(line, state=HostState.CHANGING, detail="")], now)

    def _teller(self, deploy_id: int, position: int) -> Callable[[str], None]:
        def say(words: str) -> None:
            """In the deploy's message, where it is news."""
            if self._journal.stages.of(deploy_id)[position].detail != escape(words):
                with self._journal.writing(deploy_id):
                    self._journal.stages.say(deploy_id, position, escape(words))

        return say


def site_of(place: Place) -> ManagedSite:
    if place.managed is None:
        raise PointsmanError(f"{place.site.service} in {place.site.environment} has hosts now: deploy it anew")
    return place.managed
