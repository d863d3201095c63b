"""Which checks are due: spread evenly over their interval, never in a burst, without drift. Pure."""

import heapq
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

FIRST_ROUND = 15.0  # seconds within which every check is asked once after a start; the start itself takes some
PAUSE = 5.0  # seconds between two calls of `take` after which the schedule is spread anew


class Schedule:
    """A check's slots are the moments k × every + phase since 1970, its phase a stable hash of its id: no restart, no
    late sweep and no other check moves them.
    """

    def __init__(self) -> None:
        self._every: dict[str, float] = {}
        self._due: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._last: float | None = None

    def replace(self, checks: Mapping[str, timedelta], now: datetime) -> None:
        """From now on these checks, by id. Those known with the same interval keep their next moment."""
        seconds = {check: every.total_seconds() for check, every in checks.items()}
        kept = {check: self._due[check] for check, every in seconds.items() if self._every.get(check) == every}
        self._every = seconds
        moment = _epoch(now)
        self._due = {check: kept.get(check) or first_slot(check, every, moment) for check, every in seconds.items()}
        self._rebuild()

    def take(self, now: datetime) -> list[str]:
        """The checks that are due, each once, the longest due first. Slots that were missed are not made up for.

        After a pause (the bot did not run, or the clock was set) everything would be due at once: instead the checks
        are spread again as after a start.
        """
        moment = _epoch(now)
        if self._last is not None and not 0 <= moment - self._last <= PAUSE:
            self._due = {check: first_slot(check, every, moment) for check, every in self._every.items()}
            self._rebuild()
        self._last = moment
        taken = []
        while self._heap and self._heap[0][0] <= moment:
            _, check = self._heap[0]
            self._due[check] = next_slot(check, self._every[check], moment)
            heapq.heapreplace(self._heap, (self._due[check], check))
            taken.append(check)
        return taken

    def _rebuild(self) -> None:
        self._heap = [(due, check) for check, due in self._due.items()]
        heapq.heapify(self._heap)


def next_slot(check: str, every: float, moment: float) -> float:
    """The first slot after this moment, in seconds since 1970."""
    phase = spread(check) * every
    slot = ((moment - phase) // every + 1) * every + phase
    return slot if slot > moment else slot + every  # a rounding error must not make it due twice


def first_slot(check: str, every: float, moment: float) -> float:
    """When a check is asked first: at its next slot, or within the first round when that is further away."""
    return moment + spread(check) * FIRST_ROUND if every > FIRST_ROUND else next_slot(check, every, moment)


def spread(check: str) -> float:
    """A stable number from 0 to 1 for an id, evenly spread over all ids."""
    return int.from_bytes(blake2b(check.encode(), digest_size=6).digest(), "big") / 2**48


def _epoch(moment: datetime) -> float:
    return moment.astimezone(UTC).timestamp()
