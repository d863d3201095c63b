"""The stages of a deploy on its way forward, run by their kind."""

from collections.abc import Mapping

from bot.engine.journal import Journal
from bot.engine.kinds import Kind
from bot.engine.stage_ends import StageEnds
from bot.errors import PointsmanError, StateError
from bot.messages.words import escape
from bot.records import StageKind


class Stages:
    def __init__(self, journal: Journal, ends: StageEnds, kinds: Mapping[StageKind, Kind]) -> None:
        self._journal = journal
        self._ends = ends
        self._kinds = kinds

    def run(self, deploy_id: int, position: int) -> bool:
        """Whether the deploy may go on."""
        with self._journal.writing(deploy_id) as now:
            self._journal.stages.begin(deploy_id, position, now)
        view = self._journal.view(deploy_id)
        if view.deploy.aborted_by:
            return self._ends.end(deploy_id, position, trouble="not begun")
        try:
            return self._kinds[view.deploy.plan.stages[position].kind](view, position)
        except StateError:  # waited out by the workflow: it says nothing of the hosts
            raise
        except PointsmanError as error:
            self._ends.end(deploy_id, position, trouble=escape(str(error)))
            return False
