"""How long something took each time, counted into buckets as Prometheus wants them."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from threading import Lock


class Timings:
    """`bounds` are the buckets' upper ends in seconds, rising. Usable from any thread."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0
        self._lock = Lock()

    def add(self, seconds: float) -> None:
        """A clock that was set back counts as no time."""
        with self._lock:
            self._counts[bisect_left(self._bounds, seconds)] += 1
            self._sum += max(0.0, seconds)

    def seen(self) -> tuple[list[tuple[str, float]], float]:
        """By bound, `+Inf` the last, how many took so long at most; and all of them together."""
        with self._lock:
            names = [*map(str, self._bounds), "+Inf"]
            return list(zip(names, map(float, accumulate(self._counts)), strict=True)), self._sum
