"""What is said of a cloud that cannot be asked, and in its place when it can again."""

from collections.abc import Sequence
from datetime import timedelta

from bot.cloud_trouble import CloudTrouble, Kind
from bot.messages.blocks import content, section
from bot.messages.words import date, duration, escape, listing
from bot.model import Content

WHAT = {
    Kind.BUSY: "AWS says that it is asked too often for {where}, since {since}.",
    Kind.LOCKED_OUT: "AWS does not let the bot in for {where}, since {since}.",
}
OVER = {
    Kind.BUSY: "AWS answers for {where} as usual again, after {lasted} of being asked too often.",
    Kind.LOCKED_OUT: "AWS lets the bot in for {where} again, after {lasted}.",
}


def cloud_troubled(trouble: CloudTrouble, environments: Sequence[str]) -> Content:
    line = f":warning: {WHAT[trouble.kind].format(where=_where(environments), since=date(trouble.since))}"
    return content(line, [section(line), *(section(text) for text in _more(trouble))])


def cloud_mended(trouble: CloudTrouble, environments: Sequence[str], lasted: timedelta) -> Content:
    line = f":white_check_mark: {OVER[trouble.kind].format(where=_where(environments), lasted=duration(lasted))}"
    return content(line, [section(line)])


def _more(trouble: CloudTrouble) -> tuple[str, ...]:
    if trouble.kind is Kind.BUSY:
        return (
            f"*Refused*  {escape(trouble.words)}",
            "Each call is tried again, ever later: deploys and looks take longer, nothing is lost.",
            "*Do*  find who else calls AWS so often in this account (CloudTrail), or ask Service Quotas for more.",
        )
    return (escape(trouble.words), "Hosts found last stay in use; what needs AWS waits. No restart is needed after it.")


def _where(environments: Sequence[str]) -> str:
    return escape(listing(environments)) if environments else "the bot's own account"
