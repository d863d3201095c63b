"""What is wrong again and again is said once a minute."""

import threading
import time
from typing import Any, Protocol

EVERY = 60.0  # seconds


class Log(Protocol):
    def warning(self, event: str, **facts: Any) -> Any: ...


class Complaints:
    """May be called from any thread."""

    def __init__(self, log: Log, every: float = EVERY) -> None:
        self._log = log
        self._every = every
        self._said: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}
        self._turn = threading.Lock()

    def say(self, kind: str, event: str, **facts: object) -> None:
        """With how many of this kind were not said since the last time."""
        with self._turn:
            now, last = time.monotonic(), self._said.get(kind)
            if last is not None and now - last < self._every:
                self._unsaid[kind] = self._unsaid.get(kind, 0) + 1
                return
            self._said[kind] = now
            more = self._unsaid.pop(kind, 0)
        self._log.warning(event, **facts, **({"unsaid": more} if more else {}))
