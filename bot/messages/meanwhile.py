"""A plan that is looked at while something else is at work: what that is, and how far the plan holds."""

from datetime import datetime

from bot.messages.busy import busy_words, unsettled_words
from bot.messages.scale_refusals import scale_words
from bot.model import DeployKind
from bot.refusals import Reason, Refusal


def meanwhile_words(refusal: Refusal, kind: DeployKind, now: datetime) -> str:
    """One line, in mrkdwn: `Deploy 41 of 1.4.2 by @ana is running there since … . The plan is of the hosts as …`."""
    then = "plan again then"
    if kind is DeployKind.DEPLOY:
        then += ", or type the deploy with `--wait` to stand in line"
    if refusal.reason is Reason.UNSETTLED:
        what, way_out = unsettled_words(refusal)
        return f":hourglass_flowing_sand: {what} The plan is of what stands there now. {way_out}"
    what, _ = scale_words(refusal, now) or busy_words(refusal, now)
    holds = "The plan is of the hosts as they are now, and may differ once that has ended"
    return f":hourglass_flowing_sand: {what} {holds}: {then}."
