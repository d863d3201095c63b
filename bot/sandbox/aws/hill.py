"""How busy the emulated instances are: a calm that never changes, and a hill that a person may begin."""

from collections.abc import Sequence
from dataclasses import dataclass

CALM, TOP = 70.0, 300.0  # percent of one instance's CPU: two instances are calm at 35 % each, five have 60 % at the top
UP, STAYS, DOWN = 60.0, 300.0, 60.0  # seconds
MOST, IDLE = 97.0, 3.0  # percent: of an instance that can do no more, and of one that serves nobody


@dataclass(frozen=True, slots=True)
class Hill:
    """`begun_at` in seconds since 1970, None where nobody began one."""

    begun_at: float | None = None

    def work(self, now: float) -> float:
        """In percent of one instance's CPU, for all together."""
        at = -1.0 if self.begun_at is None else now - self.begun_at
        if at < 0 or at > UP + STAYS + DOWN:
            return CALM
        share = min(at / UP, 1.0, (UP + STAYS + DOWN - at) / DOWN)
        return CALM + share * (TOP - CALM)


def busy(hill: Hill, names: Sequence[str], serving: frozenset[str], now: float) -> dict[str, float]:
    """Percent of each instance: those that serve share the work alike, but for a little."""
    each = hill.work(now) / max(1, len(serving))
    return {name: min(MOST, each * _sway(name)) if name in serving else IDLE for name in names}


def _sway(name: str) -> float:
    """0.95 to 1.05, the same for ever."""
    return 0.95 + sum(name.encode()) % 11 / 100
