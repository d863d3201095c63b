"""The status page's facts: one query per table, and what is over for good read only once."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from bot.engine.clock import Clock
from bot.fleet import Fleet
from bot.histogram import quantile
from bot.model import Health, Target
from bot.plan.showing import HOURS, day_of, days, health_of, hours, pieces
from bot.rolls import Span
from bot.showing import Row, Showing
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.state.rolls import Rolls

KEPT = timedelta(seconds=5)  # however many look at the page, it is gathered no more often
LATELY = timedelta(days=14)
MOST = 50  # incidents
Counts = dict[int, tuple[int, int]]
Quantiles = dict[int, tuple[float | None, float | None]]


class Showcase:
    """`show` may be called from any thread; one of them gathers, the others wait for it."""

    def __init__(self, db: Database, fleet: Callable[[], Fleet], clock: Clock) -> None:
        self._fleet, self._clock = fleet, clock
        self._checks, self._incidents, self._rolls = Checks(db), Incidents(db), Rolls(db)
        self._lock = Lock()
        self._last: Showing | None = None
        self._known: Fleet | None = None
        self._targets: list[Target] = []
        self._groups: dict[str, int] = {}
        self._days: dict[int, Counts] = {}
        self._hours: dict[int, Quantiles] = {}

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
        self._days, self._hours = {}, {}

    def _gather(self, now: datetime) -> Showing:
        states = self._checks.states(self._groups)
        found: dict[int, list[Health]] = {}
        for check, group in self._groups.items():
            found.setdefault(group, []).append(states[check].health if check in states else Health.UNKNOWN)
        counts, quantiles = self._counts(now), self._quantiles(now)
        rows = (
            Row(
                target=target,
                health=health_of(found.get(group, [])),
                checks=len(found.get(group, [])),
                down=found.get(group, []).count(Health.DOWN),
                days=days({number: each[group] for number, each in counts.items() if group in each}, now),
                hours=hours({number: each[group] for number, each in quantiles.items() if group in each}, now),
            )
            for group, target in enumerate(self._targets)
        )
        incidents = tuple(alert.incident for alert in self._incidents.lately(now - LATELY, MOST))
        return Showing(now, tuple(rows), incidents)

    def _counts(self, now: datetime) -> dict[int, Counts]:
        """By day and target, what was asked and what failed."""
        whole, *open_pieces = pieces(now, self._rolls.done(Span.DAY), self._rolls.done(Span.HOUR))
        self._days = {number: each for number, each in self._days.items() if number >= whole[1]}
        unread = max(self._days, default=whole[1] - 1) + 1
        self._days |= self._read([(Span.DAY, unread, whole[2])], range(unread, whole[2]))
        return self._days | self._read(open_pieces, ())

    def _read(self, spans: list[tuple[Span, int, int]], numbers: range | tuple[()]) -> dict[int, Counts]:
        """Days that nobody asked in are kept as empty ones, so that they are read once."""
        sums: dict[int, tuple[Counter[int], Counter[int]]] = {number: (Counter(), Counter()) for number in numbers}
        for span, first, end in spans:
            if first < end:
                for (group, number), (count, failures) in self._rolls.sums(self._groups, span, first, end).items():
                    day = sums.setdefault(day_of(span, number), (Counter(), Counter()))
                    day[0][group] += count
                    day[1][group] += failures
        return {day: {group: (asked[group], bad[group]) for group in asked} for day, (asked, bad) in sums.items()}

    def _quantiles(self, now: datetime) -> dict[int, Quantiles]:
        """By hour and target, of the hours that are rolled up."""
        done = self._rolls.done(Span.HOUR)
        first = Span.HOUR.number(now) - HOURS
        self._hours = {number: each for number, each in self._hours.items() if number >= first}
        unread, end = max(self._hours, default=first - 1) + 1, (done + 1 if done is not None else first)
        for number in range(unread, end):
            self._hours[number] = {}
        if unread < end:
            for (group, number), latency in self._rolls.latencies(self._groups, Span.HOUR, unread, end).items():
                self._hours[number][group] = quantile(latency, 0.5), quantile(latency, 0.95)
        return self._hours
