"""/status checks and /status incidents."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from bot.messages.blocks import content, context, section, table
from bot.messages.status import MARKS
from bot.messages.words import count, date, duration, escape
from bot.model import Content, Health, Incident
from bot.showing import Outages, Trace, Traces, lasted

LEVELS = "▁▂▃▄▅▆▇█"
NOTHING = "·"
MOST = 20  # lines; the worst come first


def checks_message(found: Traces) -> Content:
    """Each check with its median latency hour by hour."""
    name = escape(found.service)
    if not found.checks:
        line = f"{name} has no checks: add some under `checks` in the fleet file"
        return content(line, [section(line)])
    down = sum(one.check.state.health is Health.DOWN for one in found.checks)
    line = f"{name}: {count(len(found.checks), 'check')}, {f'{down} down' if down else 'none down'}"
    worst = sorted(found.checks, key=lambda one: one.check.state.health is not Health.DOWN)
    more = [context(f"and {count(len(worst) - MOST, 'more check')}")] if len(worst) > MOST else []
    how = context("Median latency of each of the last 24 hours (UTC) that are over, each row on its own scale")
    return content(line, [section(f"*{line}*"), *(section(_trace(one)) for one in worst[:MOST]), *more, how])


def _trace(one: Trace) -> str:
    state = one.check.state
    where = one.target.environment + (f" · {one.check.host}" if one.check.host else "")
    head = f"{MARKS[state.health]} {escape(one.check.asked)} · {escape(where)} · {state.health}"
    if state.cause:
        head += f" · {escape(state.cause)}"
    known = [hour for hour in one.hours if hour.median is not None]
    if not known:
        return f"{head}\nno whole hour was measured yet"
    last = known[-1]
    numbers = f"median {_seconds(last.median)} · p95 {_seconds(last.p95)} from {date(last.begins, '{time}')}"
    return f"{head}\n`{spark([hour.median for hour in one.hours])}` {numbers}"


def _seconds(value: float | None) -> str:
    return duration(timedelta(seconds=value or 0))


def spark(values: Sequence[float | None]) -> str:
    """A line of blocks from 0 to the highest; a dot where there is no value."""
    top = max((value for value in values if value), default=1.0)
    return "".join(
        NOTHING if value is None else LEVELS[min(len(LEVELS) - 1, int(value / top * len(LEVELS)))] for value in values
    )


def incidents_message(found: Outages) -> Content:
    """Those of the last days, and how long it took until they were over."""
    days = f"the last {found.within.days} days"
    if not found.incidents:
        line = f"No incidents in {days}."
        return content(line, [section(line)])
    number = len(found.incidents)
    line = f"{count(number, 'incident')}{'' if found.complete else ' or more'} in {days}, {_open(found)}"
    blocks = [section(f"*{line}*")]
    if found.restored:
        middle = timedelta(seconds=median(one.total_seconds() for one in found.restored))
        over = count(len(found.restored), "incident")
        times = f"median {duration(middle)}, longest {duration(found.restored[-1])}"
        blocks.append(section(f"Time to restore: {times} ({over} that ended)"))
    rows = [_row(incident, found) for incident in found.incidents[:MOST]]
    blocks.append(table(["incident", "where", "since (UTC)", "down", "cause"], rows))
    if number > MOST:
        blocks.append(context(f"the newest {MOST} of {number:,}"))
    return content(line, blocks)


def _open(found: Outages) -> str:
    return f"{len(found.open)} open" if found.open else "none open"


def _row(incident: Incident, found: Outages) -> list[str]:
    where = f"{incident.target}{f' · {incident.host}' if incident.host else ''}"
    took = duration(lasted(incident, found.now))
    return [
        str(incident.id),
        where,
        f"{incident.started_at:%Y-%m-%d %H:%M}",
        took if incident.ended_at else f"▲ {took} so far",
        incident.cause[:200],
    ]
