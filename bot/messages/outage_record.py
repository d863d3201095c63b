"""/status incidents: what was down lately, and how long each service took to come back."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil
from statistics import median

from bot.messages.blocks import Block, content, context, section, table
from bot.messages.words import age, count, duration, escape
from bot.model import Content, Incident
from bot.showing import Outages, Record, lasted

MOST = 20  # lines of the table, the newest first
SERVICES = 10
ENOUGH = 10  # outages, until a ninth tenth says more than the longest


def incidents_message(found: Outages) -> Content:
    """Those of the last days, and the time to restore of all and of each service."""
    days = f"the last {count(found.within.days, 'day')}"
    if not found.incidents:
        line = f"No incidents in {days}."
        return content(line, [section(line)])
    number = len(found.incidents)
    line = f"{count(number, 'incident')}{'' if found.complete else ' or more'} in {days}, {_open(len(found.open))}"
    rows = [_row(incident, found) for incident in found.incidents[:MOST]]
    blocks = [
        section(f"*{line}*"),
        *_restoring(found),
        table(["incident", "where", "since (UTC)", "down", "cause"], rows),
    ]
    if number > MOST:
        blocks.append(context(f"the newest {MOST} of {number:,}"))
    return content(line, blocks)


def _open(number: int) -> str:
    return f"{number} open" if number else "none open"


def _restoring(found: Outages) -> list[Block]:
    """The services by themselves only where there are several."""
    whole = f"Time to restore: {times(found.restored)}" if found.restored else "Nothing was restored yet."
    records = found.records
    if len(records) == 1:
        return [section(whole)]
    lines = [_line(record) for record in records[:SERVICES]]
    if len(records) > SERVICES:
        lines.append(f"… {count(len(records) - SERVICES, 'more service')}")
    return [section("\n".join([whole, *lines]))]


def _line(record: Record) -> str:
    back = f"restored in {times(record.restored)}" if record.restored else "none restored yet"
    return f"• *{escape(record.service)}*: {count(record.incidents, 'incident')}, {_open(record.open)}, {back}"


def times(restored: Sequence[timedelta]) -> str:
    """`median 13 min, longest 20 min (n 2)`; with enough of them the p90 beside it. They are sorted, and not none."""
    middle = timedelta(seconds=median(one.total_seconds() for one in restored))
    words = [f"median {duration(middle)}"]
    if len(restored) >= ENOUGH:
        words.append(f"p90 {duration(restored[ceil(0.9 * len(restored)) - 1])}")
    words.append(f"longest {duration(restored[-1])}")
    return f"{', '.join(words)} (n {len(restored):,})" if len(restored) > 1 else f"{duration(restored[0])} (n 1)"


def _row(incident: Incident, found: Outages) -> list[str]:
    where = f"{incident.target}{f' · {incident.host}' if incident.host else ''}"
    took = duration(lasted(incident, found.now))
    if incident.ended_at is None:
        spoke = found.spoke.get(incident.id)
        took = f"▲ {took} so far" + (f", last heard {age(found.now - spoke)}" if spoke else "")
    elif incident.id in found.unchecked:
        took = f"{took}, then no longer checked"
    elif incident.id in found.closed:
        took = f"{took}, then closed by hand"
    return [str(incident.id), where, f"{incident.started_at:%Y-%m-%d %H:%M}", took, incident.cause[:200]]
