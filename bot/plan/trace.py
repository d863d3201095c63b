"""A load trace as people export it: CSV with `time` and `load`. Pure."""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.counting import count
from bot.plan.simulation import START, Point

COLUMNS = ("time", "load")
SHAPE = (
    "a header time,load; then in each line seconds or an ISO time, and how many hosts' worth of work there is: 0,2.5"
)
LONGEST = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a trace cannot be replayed; `line` 0: it is the whole of it."""

    line: int
    what: str

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.what}; a trace is {SHAPE}"


def parse_trace(text: str) -> tuple[Point, ...] | Unreadable:
    """The points in their order, two at least; times without a zone are UTC, seconds begin on a Monday at 00:00."""
    rows = csv.DictReader(text.splitlines())
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        return Unreadable(1, f"there is no column {' and none '.join(missing)}")
    found = tuple(_points(rows))
    wrong = next((one for one in found if isinstance(one, Unreadable)), None)
    points = tuple(one for one in found if isinstance(one, Point))
    if wrong:
        return wrong
    if len(points) < 2:
        return Unreadable(0, f"it holds {count(len(points), 'point')}, and a replay needs two")
    if points[-1].at - points[0].at > LONGEST:
        spans = count((points[-1].at - points[0].at).days, "day")
        return Unreadable(0, f"it spans {spans}, and {LONGEST.days} are the most")
    return points


def _points(rows: "csv.DictReader[str]") -> Iterator[Point | Unreadable]:
    before: datetime | None = None
    for row in rows:
        at, load = _moment(row["time"]), _number(row["load"])
        if at is None:
            yield Unreadable(rows.line_num, f"{_shown(row['time'])} is no time")
        elif load is None or load < 0:
            yield Unreadable(rows.line_num, f"{_shown(row['load'])} is no load")
        elif before is not None and at <= before:
            yield Unreadable(rows.line_num, "its time is not after that of the line before")
        else:
            yield Point(at, load)
        before = at or before


def _moment(text: str | None) -> datetime | None:
    seconds = _number(text)
    if seconds is not None:
        return START + timedelta(seconds=seconds) if 0 <= seconds <= LONGEST.total_seconds() * 100 else None
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _shown(text: str | None) -> str:
    return repr((text or "")[:40])
