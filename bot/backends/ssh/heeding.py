"""Whether all is to halt, asked by many hosts at once: one of them asks for all."""

import threading
import time
from collections.abc import Callable

FRESH = 0.2  # seconds for which an answer serves the others; an abort has two


class Heed:
    """The same question for many threads; an answer is at most `fresh` seconds old."""

    def __init__(
        self, halted: Callable[[], bool], fresh: float = FRESH, passed: Callable[[], float] = time.monotonic
    ) -> None:
        self._halted = halted
        self._fresh = fresh
        self._passed = passed
        self._guard = threading.Lock()
        self._answer = False
        self._until: float | None = None

    def __call__(self) -> bool:
        """Raises what asking raises, to who asked; the next one asks again."""
        if self._until is None or self._passed() >= self._until:
            with self._guard:
                if self._until is None or self._passed() >= self._until:
                    asked_at = self._passed()
                    self._answer = self._halted()
                    self._until = asked_at + self._fresh
        return self._answer
