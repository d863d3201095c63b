"""Stages that wait for people: an approval, and a verdict where the analysis could not tell."""

from bot.engine.approvals import Questions
from bot.engine.journal import Journal
from bot.engine.stage_ends import StageEnds
from bot.evidence import Verdict
from bot.messages.approval import votes
from bot.records import Decision, DeployView


class Asking:
    """Waits for people, at the latest until the deadline."""

    def __init__(self, ends: StageEnds, questions: Questions) -> None:
        self._ends = ends
        self._questions = questions

    def __call__(self, view: DeployView, position: int) -> bool:
        answer = self._questions.ask(view.deploy, position)
        if answer.decision is Decision.PROMOTED:
            return self._ends.end(view.deploy.id, position, words=f"promoted by {votes(answer)}")
        if answer.decision is Decision.ABORTED:
            return self._ends.end(view.deploy.id, position, trouble=f"aborted by <@{answer.decided_by}>")
        return self._ends.end(view.deploy.id, position, trouble="nobody approved in time")


class AskingIfUnclear:
    """Asks people, unless the analysis has told."""

    def __init__(self, journal: Journal, ends: StageEnds, asking: Asking) -> None:
        self._journal = journal
        self._ends = ends
        self._asking = asking

    def __call__(self, view: DeployView, position: int) -> bool:
        if self._journal.looks.verdicts.newest(view.deploy.id) is Verdict.SUCCESSFUL:
            return self._ends.end(view.deploy.id, position, words="nobody had to be asked")
        return self._asking(view, position)
