"""The stages of a deploy on its way forward. Each may be run twice, so each begins from the rows and the hosts."""

from collections.abc import Sequence
from dataclasses import replace

from bot.backends.base import Backend, HostFacts
from bot.engine.bringing import Bringing
from bot.engine.journal import Journal
from bot.engine.sites import Sites
from bot.errors import PointsmanError, StateError
from bot.model import HostState, StageState
from bot.plan.preflight import obstacles
from bot.records import Deploy, DeployView, HostLine


class Stages:
    def __init__(self, journal: Journal, sites: Sites, backend: Backend, bringing: Bringing) -> None:
        self._journal = journal
        self._sites = sites
        self._backend = backend
        self._bringing = bringing

    def preflight(self, deploy_id: int) -> int:
        """Looks at every host before any is touched; how many batches may follow: none if one host cannot."""
        view = self._begin(deploy_id, 0)
        try:
            facts = self._survey(view.deploy)
        except PointsmanError as error:
            self._end(deploy_id, 0, [], trouble=str(error))
            return 0
        seen = {fact.host: fact for fact in facts}
        lines = [_looked_at(line, seen[line.host]) for line in view.hosts]
        trouble = obstacles((fact.host, fact.trouble) for fact in facts)
        self._end(deploy_id, 0, lines, trouble, f"{len(facts)} hosts ready" if len(facts) > 1 else "1 host ready")
        return 0 if trouble else len(view.deploy.plan.batches)

    def _survey(self, deploy: Deploy) -> list[HostFacts]:
        place = self._sites.place(deploy.target)
        return self._backend.survey(place.site, place.hosts_of(deploy.plan.hosts))

    def batch(self, deploy_id: int, number: int) -> bool:
        """Brings the release to one batch and waits for its health; False if any host of it failed."""
        view = self._begin(deploy_id, number + 1)
        deploy = view.deploy
        lines = [line for line in view.hosts if line.batch == number]
        try:
            after = self._bringing.bring(deploy, f"deploy-{deploy_id}", deploy.release.sha, lines)
        except StateError:  # waited out by the workflow: it says nothing of the hosts
            raise
        except PointsmanError as error:
            self._end(deploy_id, number + 1, [], trouble=str(error))
            return False
        bad = [line for line in after if line.state is not HostState.HEALTHY]
        self._end(deploy_id, number + 1, after, obstacles((line.host, line.detail or line.state) for line in bad))
        return not bad

    def _begin(self, deploy_id: int, position: int) -> DeployView:
        with self._journal.writing(deploy_id) as now:
            self._journal.stages.begin(deploy_id, position, now)
        return self._journal.view(deploy_id)

    def _end(self, deploy_id: int, position: int, lines: Sequence[HostLine], trouble: str, words: str = "") -> None:
        state = StageState.ERROR if trouble else StageState.COMPLETE
        with self._journal.writing(deploy_id) as now:
            self._journal.hosts.save(deploy_id, lines, now)
            self._journal.stages.end(deploy_id, position, state, trouble or words, now)


def _looked_at(line: HostLine, fact: HostFacts) -> HostLine:
    """A host that a crashed run of this stage already looked at keeps what stood there first."""
    return replace(line, before=line.before or fact.current, detail=fact.trouble)
