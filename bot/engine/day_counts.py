"""What was asked and what failed by day, kept up to date: of what was counted before, nothing is read again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.plan.rolls import LATE
from bot.plan.showing import DAYS, day_of, pieces
from bot.rolls import Span
from bot.showing import Day, day
from bot.state.rolls import Rolls

Counted = tuple[tuple[Day, ...], Day]
"""The days that are over, and today."""
Sums = dict[int, tuple[Counter[int], Counter[int]]]
"""Day -> by group, how often its checks were asked, and how often in vain."""


class DayCounts:
    """The last 90 days of groups of checks (check id -> its group).

    Minutes that have surely been written are added up once. When hours or days have been rolled up, which is once an
    hour, all but the days that are over is read anew.
    """

    def __init__(self, rolls: Rolls, groups: Mapping[str, int]) -> None:
        self._rolls, self._groups = rolls, groups
        self._marks: tuple[int, int | None, int | None] | None = None
        self._whole: Sums = {}
        self._sums: Sums = {}
        self._read_to = 0
        self._past: dict[int, tuple[Day, ...]] = {}

    def of(self, now: datetime) -> dict[int, Counted]:
        """By group. The days that are over are the same object until one of them changes."""
        today = Span.DAY.number(now)
        marks = today, self._rolls.done(Span.DAY), self._rolls.done(Span.HOUR)
        if marks != self._marks:
            self._begin(now, marks)
        settled = Span.MINUTE.number(now - LATE)
        added = self._add(self._sums, Span.MINUTE, self._read_to, settled)
        self._read_to = max(self._read_to, settled)
        fresh: Sums = {}
        fresh_days = self._add(fresh, Span.MINUTE, self._read_to, Span.MINUTE.number(now) + 1)
        if (added | fresh_days) - {today}:
            self._past = {}
        return {
            group: (self._days(group, today, fresh), _today(group, today, self._sums, fresh)) for group in self._all
        }

    @property
    def _all(self) -> Iterable[int]:
        return dict.fromkeys(self._groups.values())

    def _begin(self, now: datetime, marks: tuple[int, int | None, int | None]) -> None:
        days, hours, minutes = pieces(now, marks[1], marks[2])
        self._whole = {number: sums for number, sums in self._whole.items() if number >= days[1]}
        unread = max(self._whole, default=days[1] - 1) + 1
        self._whole |= {number: (Counter(), Counter()) for number in range(unread, days[2])}
        self._add(self._whole, Span.DAY, unread, days[2])
        self._sums, self._past = {}, {}
        self._add(self._sums, *hours)
        self._read_to, self._marks = minutes[1], marks

    def _add(self, sums: Sums, span: Span, first: int, end: int) -> set[int]:
        """The days that it changed."""
        if first >= end:
            return set()
        changed = set()
        for (group, number), (count, failures) in self._rolls.sums(self._groups, span, first, end).items():
            date = day_of(span, number)
            asked, bad = sums.setdefault(date, (Counter(), Counter()))
            asked[group] += count
            bad[group] += failures
            changed.add(date)
        return changed

    def _days(self, group: int, today: int, fresh: Sums) -> tuple[Day, ...]:
        found = self._past.get(group)
        if found is None:
            past = range(today - DAYS + 1, today)
            found = self._past[group] = tuple(
                day(number, *_counted(group, number, self._whole, self._sums, fresh)) for number in past
            )
        return found


def _today(group: int, today: int, *all_sums: Sums) -> Day:
    return day(today, *_counted(group, today, *all_sums))


def _counted(group: int, number: int, *all_sums: Sums) -> tuple[int, int]:
    found = [sums[number] for sums in all_sums if number in sums]
    return sum(asked[group] for asked, _ in found), sum(bad[group] for _, bad in found)
