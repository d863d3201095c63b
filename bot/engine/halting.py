"""Waits for what people choose after an abort, within the stage that it stopped, and tries unknown hosts again."""

from datetime import timedelta

from bot.engine.bringing import Bringing
from bot.engine.clock import Clock
from bot.engine.halts import HaltBook
from bot.engine.journal import Journal
from bot.engine.stage_ends import StageEnds
from bot.errors import PointsmanError, StateError
from bot.halt import Choice, Halt
from bot.plan.halt import unanswered, unread, wants_answer

LOOK = timedelta(seconds=1)  # between two looks for an answer


class Halting:
    def __init__(self, journal: Journal, book: HaltBook, bringing: Bringing, ends: StageEnds, clock: Clock) -> None:
        self._journal = journal
        self._book = book
        self._bringing = bringing
        self._ends = ends
        self._clock = clock

    def let_go_on(self, deploy_id: int, position: int) -> bool:
        """Whether people let the deploy go on; at once False where no abort left anything to choose."""
        view = self._journal.view(deploy_id)
        halt = unanswered(view, position)
        if halt is None and not wants_answer(view, position):
            return False
        halt = halt or self._book.ask(deploy_id, position, view.deploy.aborted_by)
        while (halt := self._answered(halt)).choice is Choice.RETRY:
            self._retry(halt)
            halt = self._book.ask(deploy_id, position, halt.aborted_by)
        return halt.choice is Choice.ON

    def _answered(self, halt: Halt) -> Halt:
        """However long people take; at the latest the deadline's answer: back."""
        while halt.choice is Choice.OPEN:
            if self._clock.now() >= halt.expires_at:
                with self._journal.writing(halt.deploy) as now:
                    self._book.decide(halt, Choice.BACK, "", now)
            else:
                self._clock.sleep(LOOK)
            halt = self._journal.halts.get(halt.deploy, halt.turn) or halt
        return halt

    def _retry(self, halt: Halt) -> None:
        """Brings the new release to the hosts of which nothing is known; another abort stops that too."""
        view = self._journal.view(halt.deploy)
        lines = [line for line in view.hosts if line.host in halt.unknown]
        order, halted = f"deploy-{halt.deploy}-retry-{halt.turn}", self._ends.halted(halt.deploy)
        try:
            after = self._bringing.bring(view.deploy, order, view.deploy.release.sha, lines, halted)
        except StateError:  # waited out by the workflow: it says nothing of the hosts
            raise
        except PointsmanError as error:
            after = unread(lines, str(error))
        with self._journal.writing(halt.deploy) as now:
            self._journal.hosts.save(halt.deploy, after, now)
