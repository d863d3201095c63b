"""Questions to people: asked by a stage, answered by clicks, waited for with a deadline."""

from collections.abc import Callable
from datetime import timedelta

from bot.engine.clock import Clock
from bot.engine.doors import Doors
from bot.engine.journal import Journal
from bot.engine.outages import NUMBER
from bot.evidence import Verdict
from bot.fleet import Fleet
from bot.messages.approval import ask_message
from bot.plan.approval import Answer, may_abort, may_promote
from bot.records import Approval, Decision, Deploy, DeployView
from bot.refusals import Reason, Refusal
from bot.trail import THE_BOT, What

LOOK = timedelta(seconds=1)  # between two looks for an answer
LONGEST_REASON = 300  # characters
REASONS = {
    Answer.OVER: Reason.DECIDED,
    Answer.EXPIRED: Reason.EXPIRED,
    Answer.OWN_REQUEST: Reason.OWN_REQUEST,
    Answer.TWICE: Reason.TWICE,
    Answer.NO_REASON: Reason.WITHOUT_REASON,
}


class Questions:
    """The waiting side."""

    def __init__(self, journal: Journal, doors: Doors, fleet: Callable[[], Fleet], clock: Clock) -> None:
        self._journal = journal
        self._doors = doors
        self._fleet = fleet
        self._clock = clock

    def ask(self, deploy: Deploy, position: int) -> Approval:
        """The answer, however long people take; at the latest the deadline's."""
        question = self._open(deploy, position)
        while question.decision is Decision.OPEN:
            if self._clock.now() >= question.expires_at:
                question = self._decide(question, Decision.EXPIRED, "")
            elif by := self._journal.aborted_by(deploy.id):
                question = self._decide(question, Decision.ABORTED, by)
            else:
                self._clock.sleep(LOOK)
                question = self._journal.approvals.newest(deploy.id) or question
        return question

    def _open(self, deploy: Deploy, position: int) -> Approval:
        fleet = self._fleet()
        deployment, access = fleet.deployment(deploy.target), fleet.access.get(deploy.target.environment)
        within = deployment.strategy.approve_within if deployment else timedelta(hours=1)
        groups = self._doors.groups()
        with self._journal.writing(deploy.id) as now:
            verdict = self._journal.looks.verdicts.newest(deploy.id)
            question = Approval(
                deploy=deploy.id,
                position=position,
                sha=deploy.release.sha,
                asked_at=now,
                expires_at=now + within,
                needed=access.approvals if access else 1,
                plan_hash=deploy.plan_hash,
                unclear=verdict not in (None, Verdict.SUCCESSFUL),
            )
            asked = self._journal.approvals.ask(question)
            message = ask_message(self._journal.view(deploy.id), groups)
            self._journal.reply(deploy.id, f"approval-{position}", message, now)
            return asked

    def _decide(self, question: Approval, decision: Decision, by: str) -> Approval:
        with self._journal.writing(question.deploy) as now:
            decided = self._journal.approvals.decide(question, decision, by, now)
            if decided:
                note_answer(self._journal, decided)
            return decided or self._journal.approvals.newest(question.deploy) or question


DEEDS = {
    Decision.OPEN: What.APPROVAL_VOTED,
    Decision.PROMOTED: What.APPROVAL_PROMOTED,
    Decision.ABORTED: What.APPROVAL_ABORTED,
    Decision.EXPIRED: What.APPROVAL_EXPIRED,
}


def note_answer(journal: Journal, question: Approval) -> None:
    """The audit's row of one more yes, or of what decided it; within the transaction that changed the question."""
    deploy = journal.deploys.get(question.deploy)
    last_voter = question.voters[-1] if question.voters else THE_BOT
    a_yes = question.decision in (Decision.OPEN, Decision.PROMOTED)
    journal.audit.note(
        (last_voter if question.decision is Decision.OPEN else question.decided_by) or THE_BOT,
        DEEDS[question.decision],
        f"deploy {question.deploy} stage {question.position}",
        deploy.target if deploy else None,
        why=question.reasons[-1] if a_yes and question.reasons else "",
        before=Decision.OPEN.value,
        after=f"{question.decision}, {len(question.voters)} of {question.needed} said yes to {question.sha}",
    )


class ApprovalDesk:
    """The answering side: a click is checked like a command, and counts once."""

    def __init__(self, journal: Journal, doors: Doors, fleet: Callable[[], Fleet]) -> None:
        self._journal = journal
        self._doors = doors
        self._fleet = fleet

    def look(self, user: str, button: str) -> DeployView | Refusal:
        """The deploy to which this person may say yes now, or why not. Nothing is decided."""
        found = self._found(user, button)
        if isinstance(found, Refusal):
            return found
        deploy, question = found
        answer = may_promote(question, user, deploy.requester, self._four_eyes(deploy), self._journal.clock.now())
        return self._journal.view(deploy.id) if answer is Answer.COUNTS else self._no(deploy, answer)

    def promote(self, user: str, button: str, reason: str = "") -> Approval | Refusal:
        """One more yes, or why it does not count. `reason` is plain text."""
        found = self._found(user, button)
        if isinstance(found, Refusal):
            return found
        deploy, question = found
        reason = reason.strip()[:LONGEST_REASON]
        with self._journal.writing(deploy.id) as now:
            answer = may_promote(question, user, deploy.requester, self._four_eyes(deploy), now, reason)
            voted = self._journal.approvals.vote(question, user, now, reason) if answer is Answer.COUNTS else None
            if voted:
                note_answer(self._journal, voted)
        return voted or self._no(deploy, answer)

    def _four_eyes(self, deploy: Deploy) -> bool:
        access = self._fleet().access.get(deploy.target.environment)
        return access.four_eyes if access else False

    def abort(self, user: str, button: str) -> Approval | Refusal:
        """The no that ends it, or why it does not count."""
        found = self._found(user, button)
        if isinstance(found, Refusal):
            return found
        deploy, question = found
        with self._journal.writing(deploy.id) as now:
            answer = may_abort(question, now)
            counts = answer is Answer.COUNTS
            decided = self._journal.approvals.decide(question, Decision.ABORTED, user, now) if counts else None
            if decided:
                note_answer(self._journal, decided)
        return decided or self._no(deploy, answer)

    def _found(self, user: str, button: str) -> tuple[Deploy, Approval] | Refusal:
        """By what stands on the button: deploy, stage and plan."""
        number, _, asked = button.partition(":")
        position, _, of_plan = asked.partition(":")
        deploy = self._journal.deploys.get(int(number)) if NUMBER.fullmatch(number) else None
        question = self._journal.approvals.newest(deploy.id) if deploy else None
        if deploy is None or question is None or str(question.position) != position:
            return Refusal(Reason.UNKNOWN_DEPLOY, number)
        if question.plan_hash != of_plan:
            return Refusal(Reason.OTHER_PLAN, number, target=deploy.target, deploy=deploy)
        closed = self._doors.closed_to_approve(user, deploy.target)
        return closed or (deploy, question)

    def _no(self, deploy: Deploy, answer: Answer) -> Refusal:
        question = self._journal.approvals.newest(deploy.id)
        return Refusal(
            REASONS.get(answer, Reason.DECIDED),
            deploy=deploy,
            target=deploy.target,
            approval=question,
            name=str(deploy.id),
        )
