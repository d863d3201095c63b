"""The status page's facts: one query per table, and what was read before is not read again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from bot.engine.clock import Clock
from bot.engine.day_counts import Counted, DayCounts
from bot.fleet import Fleet
from bot.histogram import quantile
from bot.model import Health, Target
from bot.plan.showing import HOURS, health_of, hours
from bot.rolls import Span
from bot.showing import Hour, Row, Showing, day
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.state.rolls import Rolls

KEPT = timedelta(seconds=5)  # however many look at the page, it is gathered no more often
LATELY = timedelta(days=14)
MOST = 50  # incidents
Quantiles = dict[int, tuple[float | None, float | None]]


class Showcase:
    """`show` may be called from any thread; one of them gathers, the others wait for it.

    A row that has not changed since the last time is the same object.
    """

    def __init__(self, db: Database, fleet: Callable[[], Fleet], clock: Clock) -> None:
        self._fleet, self._clock = fleet, clock
        self._checks, self._incidents, self._rolls = Checks(db), Incidents(db), Rolls(db)
        self._lock = Lock()
        self._last: Showing | None = None
        self._known: Fleet | None = None
        self._targets: list[Target] = []
        self._groups: dict[str, int] = {}
        self._counts = DayCounts(self._rolls, {})
        self._quantiles: dict[int, Quantiles] = {}
        self._hours: dict[int, tuple[Hour, ...]] = {}
        self._first_hour = 0
        self._rows: dict[Target, Row] = {}

    def show(self) -> Showing:
        """Raises StateError when the database cannot be read."""
        with self._lock:
            now = self._clock.now()
            if self._last is None or self._known is not self._fleet() or now - self._last.now >= KEPT:
                self._adopt(self._fleet())
                self._last = self._gather(now)
            return self._last

    def _adopt(self, fleet: Fleet) -> None:
        """Which check counts for which target; with another fleet file what was kept is worth nothing."""
        if fleet is self._known:
            return
        self._known, self._targets = fleet, fleet.targets()
        numbers = {target: number for number, target in enumerate(self._targets)}
        self._groups = {check.id: numbers[check.target] for check in fleet.checks()}
        self._counts = DayCounts(self._rolls, self._groups)
        self._quantiles, self._hours, self._rows = {}, {}, {}

    def _gather(self, now: datetime) -> Showing:
        healths = self._checks.healths(self._groups)
        found: dict[int, list[Health]] = {group: [] for group in range(len(self._targets))}
        for check, group in self._groups.items():
            found[group].append(healths.get(check, Health.UNKNOWN))
        counts, here = self._counts.of(now), frozenset(self._targets)  # others' alerts of no service stay inside
        self._read_hours(now)
        rows = (self._row(group, found[group], counts.get(group), now) for group in found)
        lately = (alert.incident for alert in self._incidents.lately(now - LATELY, MOST))
        incidents = tuple(incident for incident in lately if incident.target in here)
        return Showing(now, tuple(rows), incidents)

    def _row(self, group: int, found: list[Health], counts: Counted | None, now: datetime) -> Row:
        past, today = counts or ((), day(Span.DAY.number(now)))
        target = self._targets[group]
        row = Row(
            target, health_of(found), len(found), found.count(Health.DOWN), past, today, self._hours_of(group, now)
        )
        known = self._rows.get(target)
        if known is not None and row.same(known):
            return known
        self._rows[target] = row
        return row

    def _hours_of(self, group: int, now: datetime) -> tuple[Hour, ...]:
        if group not in self._hours:
            seen = {number: each[group] for number, each in self._quantiles.items() if group in each}
            self._hours[group] = hours(seen, now)
        return self._hours[group]

    def _read_hours(self, now: datetime) -> None:
        """The latencies of the hours that are rolled up since the last time."""
        done, first = self._rolls.done(Span.HOUR), Span.HOUR.number(now) - HOURS
        unread = max(self._quantiles, default=first - 1) + 1
        end = done + 1 if done is not None else first
        if unread < end or first != self._first_hour:
            self._hours, self._first_hour = {}, first
        self._quantiles = {number: each for number, each in self._quantiles.items() if number >= first}
        self._quantiles |= {number: {} for number in range(max(unread, first), end)}
        if unread < end:
            for (group, number), latency in self._rolls.latencies(self._groups, Span.HOUR, unread, end).items():
                self._quantiles[number][group] = quantile(latency, 0.5), quantile(latency, 0.95)
