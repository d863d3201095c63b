"""Does this click count? Every no has a reason, and the clicker is told the true state."""

from datetime import datetime
from enum import StrEnum

from bot.records import Approval, Decision


class Answer(StrEnum):
    COUNTS = "counts"
    OVER = "over"  # decided already
    EXPIRED = "expired"
    OWN_REQUEST = "own_request"  # four eyes: not the one who asked for the deploy
    TWICE = "twice"  # has said yes before
    NO_REASON = "no_reason"  # the analysis could not tell: a yes needs one


def may_promote(
    question: Approval, user: str, requester: str, four_eyes: bool, now: datetime, reason: str | None = None
) -> Answer:
    """Whether this person's yes counts; that they are among the approvers is known before.

    `reason` None: it is only looked whether the yes would count with one.
    """
    if question.decision is not Decision.OPEN:
        return Answer.OVER
    if now >= question.expires_at:
        return Answer.EXPIRED
    if four_eyes and user == requester:
        return Answer.OWN_REQUEST
    if user in question.voters:
        return Answer.TWICE
    return Answer.NO_REASON if question.unclear and reason == "" else Answer.COUNTS


def may_abort(question: Approval, now: datetime) -> Answer:
    """Everybody who may approve or deploy may abort, the requester too."""
    if question.decision is not Decision.OPEN:
        return Answer.OVER
    return Answer.EXPIRED if now >= question.expires_at else Answer.COUNTS
