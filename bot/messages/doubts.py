"""Why a click is wanted, in words."""

from bot.doubts import Doubt, DoubtKind
from bot.messages.blind import blind_words
from bot.messages.words import date, escape
from bot.model import DeployKind
from bot.records import Plan


def doubt_words(doubt: Doubt, plan: Plan) -> str:
    """One sentence, in mrkdwn."""
    target = plan.target
    if doubt.kind is DoubtKind.CONFIRM:
        return f"{target.environment} wants a confirming click before anything moves."
    if doubt.kind is DoubtKind.INCIDENT:
        since = f" since {date(doubt.since, '{time}')}" if doubt.since else ""
        cause = f" ({escape(doubt.cause)})" if doubt.cause else ""
        return f":warning: {target.service} is DOWN in {target.environment}{since}{cause}; deploy anyway?"
    if doubt.kind is DoubtKind.BLIND:
        return (
            f":warning: {blind_words(doubt.since, doubt.cause)}: whether {target.service} is well is not known,"
            " and its health checks may fail for that alone."
        )
    names = escape(doubt.what)
    if plan.kind is DeployKind.ROLLBACK:
        return f":warning: This goes back behind {names}, declared irreversible: what it did to data stays."
    return f":warning: This crosses {names}, declared irreversible: if it fails, nothing goes back by itself."
