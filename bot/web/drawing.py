"""The status page's pictures as SVG paths: uptime bars, latency lines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

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
    """Good days and empty ones as one path each, so that a page of many services stays small; others with words."""
    kinds = [kind_of(day) for day in days]
    for kind in ("none", "good"):
        path = "".join(_bar(place, kind) for place, found in enumerate(kinds) if found == kind)
        if path:
            yield Bars(kind, path)
    for place, (kind, day) in enumerate(zip(kinds, days, strict=True)):
        if kind in ("fair", "poor"):
            yield Bars(kind, _bar(place, kind), f"{day.date:%d %b}: {_words(day)}")


def kind_of(day: Day) -> str:
    share = day.share
    if share is None:
        return "none"
    return "good" if share >= FAIR else "fair" if share >= POOR else "poor"


def _bar(place: int, kind: str) -> str:
    return f"M{place * (BAR + GAP)} {HEIGHT}v-{TALL[kind]}h{BAR}v{TALL[kind]}z"


def _words(day: Day) -> str:
    return f"{percent(day.share or 0)}, {day.failures:,} of {count(day.count, 'answer')} bad"


def told(days: Sequence[Day]) -> str:
    """What the bars show, for who does not see them."""
    seen = [day for day in days if day.share is not None]
    if not seen:
        return "nothing was asked yet"
    worst = min(seen, key=lambda day: day.share or 0)
    if not worst.failures:
        return f"{count(len(seen), 'day')} watched, no bad answer"
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
