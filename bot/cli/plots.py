"""Replayed traces as a terminal shows them: capacity and utilisation as rows of blocks, and a table of figures."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise, zip_longest

import click

from bot.messages.words import count, duration
from bot.plan.simulation import Outcome, Tick
from bot.scaling import Rule, Why

WIDTH = 72  # columns of a plot
LEVELS = " ▁▂▃▄▅▆▇█"
FIGURES = ("over target", "saturated", "host-hours", "cost", "changes", "turns", "hosts")
TOLD = 6  # changes that are told one by one


def page(outcomes: Mapping[str, Outcome], cost: float | None) -> str:
    """All of it: a plot of each, the table, and how the first one's changes came about."""
    first = next(iter(outcomes.values()))
    most = max(tick.decision.after for one in outcomes.values() for tick in one.ticks)
    lines = [line for name, one in outcomes.items() for line in plot(name, one, most)]
    return "\n".join([*lines, *table(outcomes, cost), "", *told(first)])


def plot(name: str, outcome: Outcome, most: int) -> list[str]:
    """Hosts and CPU over the time, each column the most of its span."""
    hosts = _columns([tick.decision.after for tick in outcome.ticks])
    cpu = _columns([tick.cpu for tick in outcome.ticks])
    low, high = min(tick.decision.after for tick in outcome.ticks), max(tick.decision.after for tick in outcome.ticks)
    row = "".join(_level(value / most) for value in hosts)
    return [
        click.style(name, bold=True),
        f"  hosts {row} {low} to {high}",
        f"  CPU   {_busy(cpu, outcome.target)} {max(tick.cpu for tick in outcome.ticks):.1f} % at most",
        "",
    ]


def _busy(columns: Sequence[float], target: float) -> str:
    """Red where it is above the target."""
    return "".join(click.style(_level(value / 100), fg="red" if value > target + 1e-6 else None) for value in columns)


def _columns(values: Sequence[float]) -> list[float]:
    width = min(WIDTH, len(values))
    edges = [len(values) * number // width for number in range(width + 1)]
    return [max(values[begin:end]) for begin, end in pairwise(edges)]


def _level(share: float) -> str:
    return LEVELS[max(1, min(len(LEVELS) - 1, round(share * (len(LEVELS) - 1))))]


def table(outcomes: Mapping[str, Outcome], cost: float | None) -> list[str]:
    rows = [("", *FIGURES), *((name, *_figures(one, cost)) for name, one in outcomes.items())]
    if cost is None:
        rows = [tuple(cell for place, cell in enumerate(row) if place != FIGURES.index("cost") + 1) for row in rows]
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    return [
        "  ".join(
            _cell(place, cell, width) for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _cell(place: int, text: str, width: int) -> str:
    return text.ljust(width) if place == 0 else text.rjust(width)


def _figures(outcome: Outcome, cost: float | None) -> tuple[str, ...]:
    low, high = min(tick.serving for tick in outcome.ticks), max(tick.serving for tick in outcome.ticks)
    return (
        _minutes(outcome.over),
        _minutes(outcome.saturated),
        f"{outcome.host_hours:,.1f}",
        f"{outcome.host_hours * (cost or 0):,.2f}",
        f"{len(outcome.acts):,}",
        f"{outcome.turns:,}",
        f"{low}-{high}",
    )


def _minutes(span: timedelta) -> str:
    return f"{span / timedelta(minutes=1):,.0f} min"


def told(outcome: Outcome) -> list[str]:
    """The first changes, each with what was seen and what held it back."""
    if not outcome.acts:
        return ["Nothing was changed."]
    begin = outcome.ticks[0].at
    lines = [f"  after {duration(tick.at - begin):>13}  {sentence(tick)}" for tick in outcome.acts[:TOLD]]
    rest = len(outcome.acts) - TOLD
    return ["How the first policy went:", *lines, *([f"  … and {count(rest, 'more change')}"] if rest > 0 else [])]


def sentence(tick: Tick) -> str:
    """`4 → 5 hosts · CPU 83 % on 4 hosts · 6 wanted, limit`."""
    one = tick.decision
    cpu = "no CPU known" if one.seen.cpu is None else f"CPU {one.seen.cpu:.1f} % on {count(one.seen.told, 'warm host')}"
    rule = "" if one.rule is Rule.TRACKING else f" · by {one.rule}"
    held = "" if one.why in (Why.DONE, Why.ENOUGH) else f" · {one.wish} wanted, {one.why}"
    return f"{one.before} → {count(one.after, 'host')} · {cpu}{rule}{held}"
