"""Trouble on demand: what a real Slack does on a bad day, switched on from a test or from the page."""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase

from bot.sandbox.slack.entities import Json

KINDS = ("rate_limited", "server_error", "lost_reply", "slow", "away", "old_blocks")


@dataclass(slots=True)
class Fault:
    """`method` may hold `*`; `times` counts down to 0, None means until cleared.

    rate_limited: 429 with `retry_after` seconds · server_error: 500, nothing done · lost_reply: done, then the
    connection is cut without an answer · slow: answered after `seconds` · away: sockets cut, everything answers 503 ·
    old_blocks: a Slack that knows no block newer than 2024 refuses a message that holds one.
    """

    method: str
    kind: str
    retry_after: int = 1
    seconds: float = 0.0
    times: int | None = None

    def hits(self, method: str) -> bool:
        return self.times != 0 and fnmatchcase(method, self.method)


class Faults:
    """The faults that are on. Usable from any thread; `changed` is called after each change.

    `taken` counts the calls that were hit.
    """

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self.changed = changed
        self._active: list[Fault] = []
        self._lock = threading.Lock()
        self.taken = 0

    def add(
        self, method: str, *, kind: str, retry_after: int = 1, seconds: float = 0.0, times: int | None = None
    ) -> None:
        """Switch a fault on for a Web API method, "response_url", a pattern such as "chat.*", or "*" for all."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is not a fault; one of {', '.join(KINDS)}")
        with self._lock:
            self._active.append(Fault(method, kind, retry_after, seconds, times))
        self.changed()

    def clear(self) -> None:
        """All is well again."""
        with self._lock:
            self._active.clear()
        self.changed()

    def take(self, method: str, *kinds: str) -> Fault | None:
        """The first fault of these kinds that hits this call; counts it, and forgets it when it is used up."""
        with self._lock:
            fault = next((fault for fault in self._active if fault.kind in kinds and fault.hits(method)), None)
            self.taken += fault is not None
            if fault is None or fault.times is None:
                return fault
            fault.times -= 1
            if fault.times == 0:
                self._active.remove(fault)
        self.changed()
        return fault

    @property
    def away(self) -> bool:
        """Whether Slack is out of reach altogether."""
        with self._lock:
            return any(fault.kind == "away" for fault in self._active)

    def shown(self) -> list[Json]:
        """The active faults, for the page."""
        with self._lock:
            return [asdict(fault) for fault in self._active]
