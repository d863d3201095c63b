"""The status page's pictures as SVG paths: uptime bars, latency lines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.messages.words import count, percent
from bot.showing import Day, Hour

BAR, GAP, HEIGHT = 3, 1, 28  # units of the picture; a bar and its gap are a day
FAIR, POOR = 0.999, 0.99  # a share of good answers below the first is worth a look, below the second it hurt
TALL = {"good": HEIGHT, "fair": 20, "poor": 12, "none": 4}  # colour alone tells nothing
WIDTH, DEPTH = 240, 48  # of a latency picture


@dataclass(frozen=True, slots=True)
class Bars:
    """The days of one kind as one path; `title` is empty where a bar needs no words of its own."""

    kind: str
    path: str
    title: str = ""


def bars(days: Sequence[Day]) -> Iterator[Bars]:
    """Good days and empty ones as one path each, whose dashes are the bars: a page of many services stays small. The
    others are shapes of their own, with words.
    """
    kinds = [kind_of(day) for day in days]
    for kind in ("none", "good"):
        path = "".join(_dashes(kinds, kind))
        if path:
            yield Bars(kind, path)
    for place, (kind, day) in enumerate(zip(kinds, days, strict=True)):
        if kind in ("fair", "poor"):
            yield Bars(kind, _bar(place, kind), words_of(day))


def _dashes(kinds: Sequence[str], wanted: str) -> Iterator[str]:
    """A line through each run of such days; the style sheet makes it as thick as they are high."""
    middle = HEIGHT - TALL[wanted] / 2
    for kind, run in groupby(enumerate(kinds), key=lambda found: found[1]):
        places = [place for place, _ in run]
        if kind == wanted:
            yield f"M{places[0] * (BAR + GAP)} {middle:g}H{places[-1] * (BAR + GAP) + BAR}"


def kind_of(day: Day) -> str:
    share = day.share
    if share is None:
        return "none"
    return "good" if share >= FAIR else "fair" if share >= POOR else "poor"


def _bar(place: int, kind: str) -> str:
    return f"M{place * (BAR + GAP)} {HEIGHT}v-{TALL[kind]}h{BAR}v{TALL[kind]}z"


def words_of(day: Day) -> str:
    return f"{day.date:%d %b}: {percent(day.share or 0)}, {day.failures:,} of {count(day.count, 'answer')} bad"


def bad(days: Sequence[Day]) -> list[Day]:
    """Those with bars of their own, the newest first."""
    return [day for day in reversed(days) if kind_of(day) in ("fair", "poor")]


def told(days: Sequence[Day], down: int = 0) -> str:
    """What the bars show, for who does not see them. `down` checks fail now: what they answered is counted within two
    minutes.
    """
    seen = [day for day in days if day.share is not None]
    if not seen:
        return "nothing was asked yet"
    worst = min(seen, key=lambda day: day.share or 0)
    if not worst.failures:
        return f"{count(len(seen), 'day')} watched, no bad answer{' until now' if down else ''}"
    return f"{count(len(seen), 'day')} watched, the worst was {worst.date:%d %b} with {percent(worst.share or 0)}"


def line(values: Iterable[float | None], top: float) -> str:
    """A path over the whole width, from 0 at the bottom to `top`; it breaks where there is no value."""
    points = list(values)
    step = WIDTH / max(1, len(points) - 1)
    path, drawing = "", False
    for place, value in enumerate(points):
        if value is not None:
            path += f"{'L' if drawing else 'M'}{place * step:.0f} {DEPTH * (1 - value / top):.1f}"
            path += "" if drawing else "h.1"  # a lone value is a dot
        drawing = value is not None
    return path


def highest(hours: Sequence[Hour]) -> float | None:
    """The top of a picture of these hours, in seconds; None when there is nothing to draw."""
    return max((hour.p95 for hour in hours if hour.p95), default=None)
