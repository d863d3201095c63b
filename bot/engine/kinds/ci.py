"""The stage that waits for CI: for what still runs at most as long as the fleet file says, for a failure not at all."""

from collections.abc import Callable
from datetime import timedelta

from bot.ci import CiState, CiVerdict
from bot.engine.aside import Aside
from bot.engine.ci import CiGate
from bot.engine.clock import Clock
from bot.engine.journal import Journal
from bot.engine.stage_ends import StageEnds
from bot.fleet.ci import RequireChecks
from bot.messages.ci import FORCED, NOT_ASKED, NOT_WAITED, passed_words, trouble_words, waiting_words
from bot.plan.ci import patience
from bot.records import Deploy, DeployView

FIRST, LONGEST = timedelta(seconds=5), timedelta(seconds=20)  # pauses between two looks
GROWTH = 1.5
SLICE = timedelta(seconds=1)  # of a pause: an abort ends it


class CiChecks:
    """A crash does not begin the time anew."""

    def __init__(self, journal: Journal, ends: StageEnds, gate: CiGate, clock: Clock) -> None:
        self._journal = journal
        self._ends = ends
        self._gate = gate
        self._clock = clock
        self._aside = Aside("ci")

    def __call__(self, view: DeployView, position: int) -> bool:
        deploy = view.deploy
        if deploy.forced:
            return self._ends.end(deploy.id, position, words=FORCED)
        required = self._gate.required(deploy.target)
        if required is None:
            return self._ends.end(deploy.id, position, words=NOT_ASKED)
        found = self._waited(view, position, required)
        if found is None:
            return self._ends.end(deploy.id, position, trouble=NOT_WAITED)
        if found.state is CiState.PASSED:
            return self._ends.end(deploy.id, position, words=passed_words(found))
        return self._ends.end(deploy.id, position, trouble=trouble_words(found, patience(found.state, required.within)))

    def _waited(self, view: DeployView, position: int, required: RequireChecks) -> CiVerdict | None:
        """What stands when waiting has an end; None when somebody wants the deploy to end before."""
        deploy, halted = view.deploy, self._ends.halted(view.deploy.id)
        since, pause = view.stages[position].started_at or deploy.created_at, FIRST
        while True:
            found = self._aside.ask(lambda: self._gate.look(deploy.target, deploy.release, required), halted)
            if found is None or halted():
                return None
            left = patience(found.state, required.within) - (self._clock.now() - since)
            if left <= timedelta(0):
                return found
            self._show(deploy, position, waiting_words(found))
            self._pause(min(max(pause, found.again), left), halted)
            pause = min(pause * GROWTH, LONGEST)

    def _show(self, deploy: Deploy, position: int, words: str) -> None:
        """In the deploy's message, as long as it stands so."""
        if self._journal.stages.of(deploy.id)[position].detail != words:
            with self._journal.writing(deploy.id):
                self._journal.stages.say(deploy.id, position, words)

    def _pause(self, span: timedelta, halted: Callable[[], bool]) -> None:
        until = self._clock.now() + span
        while (left := until - self._clock.now()) > timedelta(0) and not halted():
            self._clock.sleep(min(SLICE, left))
