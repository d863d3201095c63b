"""What is new in a report: senders repeat themselves, and their words may come late or twice."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.reports import Heard, Report


class News(StrEnum):
    BEGINS = "begins"
    ENDS = "ends"
    NOTHING = "nothing"


def news(report: Report, heard: Heard, now: datetime) -> tuple[News, Heard]:
    """What it says that was not known, and what is known then.

    A beginning that was told before is a repeat, also after its end, whoever made that end; so is one that is no later
    than the last end. An end counts for what began before it.
    """
    known = replace(heard, heard_at=now)
    if report.firing:
        if _no_later(report.at, heard.fired_at) or _no_later(report.at, heard.resolved_at):
            return News.NOTHING, known
        return News.BEGINS, replace(known, fired_at=report.at)
    if _no_later(report.at, heard.resolved_at):
        return News.NOTHING, known
    late = heard.fired_at is None or report.at < heard.fired_at
    return News.NOTHING if late else News.ENDS, replace(known, resolved_at=report.at)


def _no_later(at: datetime, than: datetime | None) -> bool:
    return than is not None and at <= than
