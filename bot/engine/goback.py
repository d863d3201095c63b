"""Rolls the changed hosts of a failed deploy back to what was good. A rollback that fails is not rolled back."""

from collections.abc import Sequence
from dataclasses import replace

from bot.engine.bringing import Bringing
from bot.engine.journal import Journal
from bot.errors import HostError, PointsmanError, StateError
from bot.messages.obstacles import obstacles
from bot.messages.words import escape
from bot.model import DeployKind, HostState, StageState
from bot.plan.hosts import first_error, restored, to_roll_back
from bot.plan.stages import ROLLBACK_STAGE
from bot.records import Deploy, HostLine
from bot.trail import THE_BOT, What


class GoBack:
    def __init__(self, journal: Journal, bringing: Bringing) -> None:
        self._journal = journal
        self._bringing = bringing

    def plan(self, deploy_id: int) -> dict[str, list[str]]:
        """SHA -> hosts, decided once: after a crash the same hosts are brought back to the same release."""
        view = self._journal.view(deploy_id)
        if view.deploy.plan.kind is DeployKind.ROLLBACK or view.deploy.plan.irreversible:
            return {}  # behind an irreversible release only people go
        return to_roll_back(view.hosts, view.deploy.release.sha, view.deploy.plan.fallback)

    def run(self, deploy_id: int, wanted: dict[str, list[str]]) -> None:
        with self._journal.writing(deploy_id) as now:
            self._note(deploy_id, wanted)
            position = self._journal.stages.append(deploy_id, ROLLBACK_STAGE)
            self._journal.stages.begin(deploy_id, position, now)
        view = self._journal.view(deploy_id)
        for sha, hosts in wanted.items():
            self._bring_back(view.deploy, sha, [line for line in view.hosts if line.host in hosts])
        self._conclude(deploy_id, position)

    def _note(self, deploy_id: int, wanted: dict[str, list[str]]) -> None:
        """The audit's row; once, however often this is begun again after a crash."""
        view = self._journal.view(deploy_id)
        if any(stage.name == ROLLBACK_STAGE for stage in view.stages):
            return
        deploy, releases = view.deploy, ", ".join(f"{sha} on {' '.join(hosts)}" for sha, hosts in wanted.items())
        why, before = first_error(view.stages), deploy.release.sha
        subject = f"deploy {deploy.id}"
        self._journal.audit.note(
            THE_BOT, What.ROLLBACK_AUTOMATIC, subject, deploy.target, why=why, before=before, after=releases
        )

    def _bring_back(self, deploy: Deploy, sha: str, lines: Sequence[HostLine]) -> None:
        tried = self._tried(deploy, sha, lines)
        after = [restored(line, tried[line.host]) for line in lines]
        with self._journal.writing(deploy.id) as now:
            self._journal.hosts.save(deploy.id, after, now)

    def _tried(self, deploy: Deploy, sha: str, lines: Sequence[HostLine]) -> dict[str, HostLine]:
        """By host. One that cannot be acted on, such as one that left the fleet file, holds up no other."""
        try:
            after = self._bringing.bring(deploy, f"deploy-{deploy.id}-back", sha, lines)
        except StateError:  # waited out by the workflow: it says nothing of the hosts
            raise
        except PointsmanError as error:
            names = {line.host for line in lines}
            bad, what = names, str(error)
            if isinstance(error, HostError) and error.host in names:
                bad, what = {error.host}, error.what
            lost = [replace(line, state=HostState.UNKNOWN, detail=what) for line in lines if line.host in bad]
            others = [line for line in lines if line.host not in bad]
            return {**(self._tried(deploy, sha, others) if others else {}), **{line.host: line for line in lost}}
        return {line.host: line for line in after}

    def _conclude(self, deploy_id: int, position: int) -> None:
        lines = self._journal.view(deploy_id).hosts
        back = [line.host for line in lines if line.state is HostState.RESTORED]
        trouble = escape(obstacles((line.host, line.detail or line.state) for line in lines if line.stuck))
        state = StageState.ERROR if trouble else StageState.COMPLETE
        with self._journal.writing(deploy_id) as now:
            detail = trouble or f"the old release runs again on {', '.join(back)}"
            self._journal.stages.end(deploy_id, position, state, detail, now)
