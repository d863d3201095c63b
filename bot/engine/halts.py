"""After an abort people choose: what changed goes back, unknown hosts are tried again, or the deploy goes on.

The question and its answer are rows: whoever runs the deploy asks them, whichever process took the click.
"""

from datetime import datetime

from bot.engine.doors import Doors
from bot.engine.journal import Journal
from bot.engine.outages import NUMBER
from bot.halt import HALT_STAGE, Choice, Halt
from bot.messages.halt import ask_message, choice_words
from bot.model import StageState
from bot.plan.halt import Answer, fresh, may_choose, question
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from bot.trail import THE_BOT, What

REASONS = {Answer.OVER: Reason.CHOSEN, Answer.EXPIRED: Reason.CHOSEN, Answer.NOTHING_UNKNOWN: Reason.NOTHING_UNKNOWN}


class HaltBook:
    """Questions as they are asked and answered: rows, audit and message in one transaction."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def ask(self, deploy_id: int, position: int, by: str) -> Halt:
        """The next question; asked once, however often this is begun again."""
        journal = self._journal
        with journal.writing(deploy_id) as now:
            halt = journal.halts.ask(question(journal.view(deploy_id), position, by, now))
            journal.deploys.abort(deploy_id, by)  # after a retry, which had to be able to run
            place = journal.stages.append(deploy_id, HALT_STAGE)
            journal.stages.reopen(deploy_id, place)
            journal.stages.begin(deploy_id, place, now)
            journal.reply(deploy_id, f"halt-{halt.turn}", ask_message(journal.view(deploy_id)), now)
            return halt

    def decide(self, halt: Halt, choice: Choice, by: str, now: datetime) -> Halt | None:
        """The answered question, with what follows on it; None when it was answered before. Within `writing`."""
        decided = self._journal.halts.decide(halt, choice, by, now)
        if decided is None:
            return None
        self._note(decided, by)
        if choice is not Choice.BACK:
            self._journal.deploys.unabort(halt.deploy)
        if choice is Choice.ON:
            self._begin_again(halt, now)
        if choice is not Choice.RETRY:
            place = self._journal.stages.append(halt.deploy, HALT_STAGE)
            self._journal.stages.end(halt.deploy, place, StageState.COMPLETE, choice_words(decided), now)
        return decided

    def _begin_again(self, halt: Halt, now: datetime) -> None:
        """The stage that was stopped is as if it had never begun; what people said there before no longer counts."""
        journal, view = self._journal, self._journal.view(halt.deploy)
        journal.stages.reopen(halt.deploy, halt.position)
        journal.approvals.forget(halt.deploy, halt.position)
        journal.looks.forget(halt.deploy, halt.position)
        planned = view.deploy.plan.stages[halt.position]
        if planned.batch is not None:
            journal.hosts.save(halt.deploy, fresh(view.hosts, planned.batch), now)

    def _note(self, halt: Halt, by: str) -> None:
        deploy, why = self._journal.deploys.get(halt.deploy), "" if by else "nobody chose in time"
        target, subject = deploy.target if deploy else None, f"deploy {halt.deploy}"
        before, after = f"aborted by {halt.aborted_by}", halt.choice.value
        self._journal.audit.note(by or THE_BOT, What.HALT_CHOSEN, subject, target, why, before, after)


class HaltDesk:
    """The answering side: a click is checked like a command, and counts once."""

    def __init__(self, journal: Journal, book: HaltBook, doors: Doors) -> None:
        self._journal = journal
        self._book = book
        self._doors = doors

    def choose(self, user: str, button: str, choice: Choice) -> Halt | Refusal:
        """The answered question, or why the click does not count."""
        found = self._found(button)
        if isinstance(found, Refusal):
            return found
        deploy, halt = found
        closed = self._doors.closed_to_abort(user, deploy.target)
        if closed:
            return closed
        with self._journal.writing(deploy.id) as now:
            answer = may_choose(halt, choice, now)
            decided = self._book.decide(halt, choice, user, now) if answer is Answer.COUNTS else None
        if decided:
            return decided
        reason = REASONS.get(answer, Reason.CHOSEN)
        return Refusal(reason, str(deploy.id), target=deploy.target, halt=self._journal.halts.get(deploy.id, halt.turn))

    def abort_again(self, user: str, deploy: Deploy) -> Halt | Refusal | None:
        """A second abort while people are asked is an answer: back. None when nobody is asked."""
        halt = self._journal.halts.newest(deploy.id)
        return self.choose(user, halt.button, Choice.BACK) if halt and halt.choice is Choice.OPEN else None

    def _found(self, button: str) -> tuple[Deploy, Halt] | Refusal:
        """By the numbers on the button: deploy and turn."""
        number, _, turn = button.partition(":")
        known = NUMBER.fullmatch(number) and NUMBER.fullmatch(turn)
        deploy = self._journal.deploys.get(int(number)) if known else None
        halt = self._journal.halts.get(deploy.id, int(turn)) if deploy else None
        return (deploy, halt) if deploy and halt else Refusal(Reason.UNKNOWN_DEPLOY, number)
