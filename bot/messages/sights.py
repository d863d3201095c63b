"""/status checks: each check of a service, and a chart of how long answers took."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.messages import limits
from bot.messages.attention import MARKS
from bot.messages.blocks import Block, content, context, section
from bot.messages.charts import labels, line_chart, spark
from bot.messages.words import count, date, duration, escape
from bot.model import Content, Health
from bot.phases import span
from bot.showing import Trace, Traces

MOST = 20  # lines; the worst come first
FEW = 3  # a line of fewer points shows nothing


def checks_message(found: Traces) -> Content:
    """Each check with its latency hour by hour; in the chart are those that are down, then the slowest."""
    name = escape(found.service)
    if not found.checks:
        line = f"{name} has no checks: add some under `checks` in the fleet file"
        return content(line, [section(line)])
    down = sum(one.check.state.health is Health.DOWN for one in found.checks)
    line = f"{name}: {count(len(found.checks), 'check')}, {f'{down} down' if down else 'none down'}"
    names = _names(found.checks)
    worst = sorted(found.checks, key=_badness)
    chart, drawn = _chart(worst, names)
    rows = [section(_trace(one, names[one.check.id], one.check.id in drawn)) for one in worst[:MOST]]
    more = [context(f"and {count(len(worst) - MOST, 'more check')}")] if len(worst) > MOST else []
    return content(line, [section(f"*{line}*"), *chart, *rows, *more, context(_how(drawn))])


def _badness(one: Trace) -> tuple[bool, float]:
    last = next((hour.median for hour in reversed(one.hours) if hour.median is not None), 0.0)
    return one.check.state.health is not Health.DOWN, -last


def _names(checks: Sequence[Trace]) -> dict[str, str]:
    """By id: `http/web1`, or `production/http` where the service is checked in several environments."""
    alone = len({one.target for one in checks}) == 1
    parts = [one.check.id.split("/", 2 if alone else 1)[-1] for one in checks]
    return dict(zip((one.check.id for one in checks), labels(parts), strict=True))


def _chart(worst: Sequence[Trace], names: dict[str, str]) -> tuple[list[Block], dict[str, str]]:
    """The chart and the names that are drawn in it, by check id; of one check its p95 as well.

    Slack wants a value for every hour and line: an hour that a check has no answer from is left out.
    """
    shown = [one for one in worst if sum(hour.median is not None for hour in one.hours) >= FEW][: limits.SERIES]
    hours = [place for place in range(-limits.POINTS, 0) if all(_has(one, place) for one in shown)]
    if not shown or len(hours) < FEW:
        return [], {}
    lines = {names[one.check.id]: [_ms(one.hours[at].median) for at in hours] for one in shown}
    if len(shown) == 1:
        lines = {"median": next(iter(lines.values())), "p95": [_ms(shown[0].hours[at].p95) for at in hours]}
    title = f"Latency of {shown[0].target.service}"
    categories = [f"{shown[0].hours[at].begins:%H:%M}" for at in hours]
    drawn = {one.check.id: names[one.check.id] for one in shown}
    return [line_chart(title, categories, lines, "hour that began then (UTC)", "ms")], drawn


def _has(one: Trace, place: int) -> bool:
    return len(one.hours) >= -place and one.hours[place].median is not None


def _ms(seconds: float | None) -> float:
    return float(f"{(seconds or 0) * 1000:.3g}")


def _trace(one: Trace, name: str, drawn: bool) -> str:
    return "\n".join(_lines(one, name, drawn))


def _lines(one: Trace, name: str, drawn: bool) -> Iterator[str]:
    state = one.check.state
    where = one.target.environment + (f" · {one.check.host}" if one.check.host else "")
    head = f"{MARKS[state.health]} *{escape(name)}* · {escape(one.check.asked)} · {escape(where)} · {state.health}"
    yield f"{head} · {escape(state.cause)}" if state.cause else head
    if state.phases:
        yield f"last answer {span(state.phases.total)}: {state.phases}".removesuffix(": ")
    known = [hour for hour in one.hours if hour.median is not None]
    if not known:
        yield "no whole hour was measured yet"
        return
    last = known[-1]
    picture = "" if drawn else f"`{spark([hour.median for hour in one.hours])}` "
    yield f"{picture}median {_seconds(last.median)} · p95 {_seconds(last.p95)} from {date(last.begins, '{time}')}"


def _how(drawn: dict[str, str]) -> str:
    if drawn:
        return "The chart has the median of each hour that is over, for hours in which all of its checks answered"
    return "Median latency of each of the last 24 hours (UTC) that are over, each row on its own scale"


def _seconds(value: float | None) -> str:
    return duration(timedelta(seconds=value or 0))
