"""How a stage ends: its row, the lines of its hosts and the deploy's message, in one transaction."""

from collections.abc import Callable, Sequence

from bot.engine.journal import Journal
from bot.model import StageState
from bot.records import HostLine


class StageEnds:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def end(
        self, deploy_id: int, position: int, lines: Sequence[HostLine] = (), trouble: str = "", words: str = ""
    ) -> bool:
        """Whether the deploy may go on: it may unless there is trouble. `trouble` and `words` are mrkdwn.

        What fails after people asked for the end fails because of that.
        """
        by = self._journal.aborted_by(deploy_id) if trouble else ""
        trouble = f"aborted by <@{by}>: {trouble}" if by and "aborted by" not in trouble else trouble
        state = StageState.ERROR if trouble else StageState.COMPLETE
        with self._journal.writing(deploy_id) as now:
            self._journal.hosts.save(deploy_id, lines, now)
            self._journal.stages.end(deploy_id, position, state, trouble or words, now)
        return not trouble

    def halted(self, deploy_id: int) -> Callable[[], bool]:
        """Asked by whatever takes long: whether somebody wants the deploy to end."""
        return lambda: bool(self._journal.aborted_by(deploy_id))
