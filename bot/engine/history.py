"""The history of checks: counted in memory for a minute, then written with a sweep's results; rolled up by the hour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.clock import Clock
from bot.histogram import bucket
from bot.model import Probe
from bot.plan.rolls import NEXT, complete, oldest, rolled
from bot.rolls import Roll, Span
from bot.state.database import Database
from bot.state.rolls import Rolls

AT_ONCE = 500  # checks in one transaction of a roll-up: sweeps shall not wait for the database


@dataclass(slots=True)
class Tally:
    """One check within one minute."""

    count: int = 0
    failures: int = 0
    latency: dict[int, int] = field(default_factory=dict)

    def add(self, probe: Probe) -> None:
        self.count += 1
        if probe.ok:
            place = bucket(probe.latency)
            self.latency[place] = self.latency.get(place, 0) + 1
        else:
            self.failures += 1


class History:
    """`seen` and `write` are the sweep's, which is one thread; a kill loses the minute that was not written yet."""

    def __init__(self, db: Database) -> None:
        self._rolls = Rolls(db)
        self._minutes: dict[int, dict[str, Tally]] = {}

    def seen(self, check_id: str, probe: Probe, now: datetime) -> None:
        """A probe that saw nothing is neither a success nor a failure, and is not counted."""
        if probe.blind:
            return
        minute = self._minutes.setdefault(Span.MINUTE.number(now), {})
        tally = minute.get(check_id)
        if tally is None:
            tally = minute[check_id] = Tally()
        tally.add(probe)

    def write(self, now: datetime) -> list[int]:
        """Writes the minutes that are over, within the caller's transaction; which, for `forget` when it is through."""
        over = [minute for minute in self._minutes if minute < Span.MINUTE.number(now)]
        for minute in over:
            self._rolls.add(Span.MINUTE, _rolls_of(minute, self._minutes[minute]))
        return over

    def forget(self, minutes: list[int]) -> None:
        for minute in minutes:
            del self._minutes[minute]


def _rolls_of(minute: int, tallies: Mapping[str, Tally]) -> dict[str, list[Roll]]:
    return {check: [Roll(minute, tally.count, tally.failures, tally.latency)] for check, tally in tallies.items()}


class Archive:
    """Makes hours of minutes and days of hours, and forgets what is old. Cut off, it begins again where it was."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._rolls = Rolls(db)
        self._clock = clock

    def roll_up(self) -> None:
        now = self._clock.now()
        for into, of in NEXT.items():
            self._roll(into, of, now)
        for span in Span:
            self._rolls.prune(span, oldest(span, now))
        self._rolls.forget_empty()

    def _roll(self, into: Span, of: Span, now: datetime) -> None:
        first, end = complete(into, self._rolls.done(into), now)
        if first >= end:
            return
        begin, stop = first * into // of, end * into // of
        checks = self._rolls.checks()
        for some in (checks[start : start + AT_ONCE] for start in range(0, len(checks), AT_ONCE)):
            found = self._rolls.read(some, of, begin, stop)
            self._rolls.put(into, {check: list(rolled(rolls, into, of)) for check, rolls in found.items()})
        self._rolls.mark(into, end - 1)
