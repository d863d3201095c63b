"""Stages that look at hosts or change them: preflight, and a batch."""

from dataclasses import replace

from bot.backends.base import Backend, HostFacts
from bot.engine.bringing import Bringing
from bot.engine.sites import Sites
from bot.engine.stage_ends import StageEnds
from bot.messages.words import escape
from bot.model import HostState
from bot.plan.preflight import obstacles
from bot.records import Deploy, DeployView, HostLine


class Preflight:
    """Looks at every host before any is touched."""

    def __init__(self, ends: StageEnds, sites: Sites, backend: Backend) -> None:
        self._ends = ends
        self._sites = sites
        self._backend = backend

    def __call__(self, view: DeployView, position: int) -> bool:
        facts = self._survey(view.deploy)
        seen = {fact.host: fact for fact in facts}
        lines = [_looked_at(line, seen[line.host]) for line in view.hosts]
        trouble = escape(obstacles((fact.host, fact.trouble) for fact in facts))
        words = f"{len(facts)} hosts ready" if len(facts) > 1 else "1 host ready"
        return self._ends.end(view.deploy.id, position, lines, trouble, words)

    def _survey(self, deploy: Deploy) -> list[HostFacts]:
        place = self._sites.place(deploy.target)
        return self._backend.survey(place.site, place.hosts_of(deploy.plan.hosts))


def _looked_at(line: HostLine, fact: HostFacts) -> HostLine:
    """A host that a crashed run of this stage already looked at keeps what stood there first."""
    return replace(line, before=line.before or fact.current, detail=fact.trouble)


class Batch:
    """Brings the release to one batch and waits for its health."""

    def __init__(self, ends: StageEnds, bringing: Bringing) -> None:
        self._ends = ends
        self._bringing = bringing

    def __call__(self, view: DeployView, position: int) -> bool:
        deploy, number = view.deploy, view.deploy.plan.stages[position].batch
        lines = [line for line in view.hosts if line.batch == number and line.state is not HostState.HEALTHY]
        halted = self._ends.halted(deploy.id)
        after = self._bringing.bring(deploy, view.order, deploy.release.sha, lines, halted) if lines else []
        bad = [line for line in after if line.state is not HostState.HEALTHY]
        trouble = escape(obstacles((line.host, line.detail or line.state) for line in bad))
        return self._ends.end(deploy.id, position, after, trouble)
