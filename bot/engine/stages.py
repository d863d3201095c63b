"""The stages of a deploy on its way forward, run by their kind."""

from collections.abc import Mapping

from bot.engine.halting import Halting
from bot.engine.journal import Journal
from bot.engine.kinds import Kind
from bot.engine.stage_ends import StageEnds
from bot.errors import PointsmanError, StateError
from bot.messages.words import escape
from bot.model import StageState
from bot.plan.halt import stopped
from bot.records import StageKind


class Stages:
    def __init__(self, journal: Journal, ends: StageEnds, kinds: Mapping[StageKind, Kind], halting: Halting) -> None:
        self._journal = journal
        self._ends = ends
        self._kinds = kinds
        self._halting = halting

    def run(self, deploy_id: int, position: int) -> bool:
        """Whether the deploy may go on. What an abort has stopped is begun again if people let it go on."""
        while not self._once(deploy_id, position):
            if not self._halting.let_go_on(deploy_id, position):
                return False
        return True

    def _once(self, deploy_id: int, position: int) -> bool:
        """What an abort meets before it begins is not begun; what a crash cut off finds out how its hosts are."""
        before = self._journal.view(deploy_id)
        if stopped(before, position):
            return False
        view = self._journal.begin(deploy_id, position)
        if before.deploy.aborted_by and before.stages[position].state is StageState.PENDING:
            return self._ends.end(deploy_id, position, trouble="not begun")
        try:
            return self._kinds[view.deploy.plan.stages[position].kind](view, position)
        except StateError:  # waited out by the workflow: it says nothing of the hosts
            raise
        except PointsmanError as error:
            self._ends.end(deploy_id, position, trouble=escape(str(error)))
            return False
