"""The end of a deploy: hosts that joined the fleet file meanwhile are brought along, and hosts are read again."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.backends.base import Backend, HostFacts
from bot.engine.bringing import Bringing
from bot.engine.journal import Journal
from bot.engine.sites import Place, Sites
from bot.engine.stage_ends import StageEnds
from bot.errors import CloudError, PointsmanError, StateError
from bot.messages.failures import late_words
from bot.messages.obstacles import obstacles
from bot.messages.words import escape
from bot.model import HostState
from bot.plan.drift import joined, to_read_again
from bot.records import LATE_STAGE, Deploy, HostLine

log = structlog.get_logger(__name__)


class Latecomers:
    def __init__(self, journal: Journal, ends: StageEnds, sites: Sites, backend: Backend, bringing: Bringing) -> None:
        self._journal = journal
        self._ends = ends
        self._sites = sites
        self._backend = backend
        self._bringing = bringing

    def find(self, deploy_id: int) -> list[str]:
        """Hosts that joined since the plan; none for a deploy that was for some hosts only."""
        deploy = self._journal.deploy(deploy_id)
        if deploy.plan.partial or deploy.aborted_by:
            return []
        try:
            self._sites.look(deploy.target)
            return joined(self._journal.lines(deploy), self._sites.place(deploy.target).hosts)
        except StateError:
            raise
        except CloudError as error:
            self._say(deploy_id, f"whether hosts joined meanwhile could not be looked for: {escape(str(error))}")
            return []
        except PointsmanError as error:
            log.warning("the fleet file does not know the target any more", deploy=deploy_id, error=str(error))
            return []

    def _say(self, deploy_id: int, words: str) -> None:
        """As a stage of its own, once."""
        if any(stage.detail == words for stage in self._journal.stages.of(deploy_id)):
            return
        with self._journal.transaction():
            position = self._journal.stages.append(deploy_id, LATE_STAGE)
            self._journal.begin(deploy_id, position)
        self._ends.end(deploy_id, position, words=words)

    def bring(self, deploy_id: int, hosts: Sequence[str]) -> bool:
        """Whether the deploy may go on. One that cannot be brought along is left behind, and named: the release is
        well on the others, so nothing goes back for it. Only an abort stops it.
        """
        with self._journal.transaction():
            position = self._journal.stages.append(deploy_id, LATE_STAGE)
            view = self._journal.begin(deploy_id, position)
        try:
            after = self._brought(view.deploy, view.order, hosts)
        except StateError:
            raise
        except PointsmanError as error:
            return self._ends.end(deploy_id, position, words=f"left behind: {escape(str(error))}")
        bad = [line for line in after if line.state is not HostState.HEALTHY]
        aborted = bad and self._journal.aborted_by(deploy_id)
        trouble = escape(obstacles((line.host, line.detail) for line in bad)) if aborted else ""
        return self._ends.end(deploy_id, position, after, trouble, late_words(after))

    def _brought(self, deploy: Deploy, order: str, hosts: Sequence[str]) -> list[HostLine]:
        place = self._sites.place(deploy.target)
        late = [HostLine(host, len(deploy.plan.batches)) for host in hosts if host in place.hosts]
        facts = self._backend.survey(place.site, place.hosts_of([line.host for line in late]))
        lines = [_looked_at(line, fact) for line, fact in zip(late, facts, strict=True)]
        with self._journal.writing(deploy.id) as now:
            self._journal.hosts.save(deploy.id, lines, now)
        ready = [line for line in lines if line.state is HostState.WAITING]
        halted = self._ends.halted(deploy.id)
        after = self._bringing.bring(deploy, order, deploy.release.sha, ready, halted)
        return [*after, *(line for line in lines if line not in ready)]

    def read_again(self, deploy_id: int) -> None:
        """What runs now on hosts that were brought a while ago, or left behind; what cannot be read stays as it is."""
        view = self._journal.view(deploy_id)
        try:
            place = self._sites.place(view.deploy.target)
            lines = [line for line in to_read_again(view, self._journal.clock.now()) if line.host in place.hosts]
            found = self._found(place, lines)
        except StateError:
            raise
        except PointsmanError as error:
            log.warning("hosts were not read again", deploy=deploy_id, error=str(error))
            return
        if found:
            with self._journal.writing(deploy_id) as now:
                self._journal.hosts.save(deploy_id, found, now)

    def _found(self, place: Place, lines: Sequence[HostLine]) -> list[HostLine]:
        facts = self._backend.survey(place.site, place.hosts_of([line.host for line in lines]))
        return [replace(line, found=fact.current) for line, fact in zip(lines, facts, strict=True) if fact.reachable]


def _looked_at(line: HostLine, fact: HostFacts) -> HostLine:
    seen = replace(line, before=fact.current, detail=fact.trouble)
    if fact.trouble:
        return replace(seen, state=HostState.UNCHANGED if fact.reachable else HostState.SKIPPED)
    return seen
