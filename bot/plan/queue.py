"""Which refusals are worth waiting for."""

from bot.refusals import Reason, Refusal

ENDING = frozenset({Reason.BUSY, Reason.LOCKED, Reason.FROZEN})
UNREAD = frozenset({Reason.SOURCE, Reason.UNSURE_WHO, Reason.BLIND})


def may_wait(refusal: Refusal) -> bool:
    """What it met ends by itself, or by somebody's hand."""
    return refusal.reason in ENDING


def unread(refusal: Refusal) -> bool:
    """Nothing was decided, since something could not be read just now: git, Slack, or anything at all."""
    return refusal.reason in UNREAD


def keeps_place(refusal: Refusal) -> bool:
    """At its turn: it stays in line. Any other no is final: rights, names and refs do not come back by waiting."""
    return may_wait(refusal) or unread(refusal) or refusal.reason is Reason.UNSETTLED
