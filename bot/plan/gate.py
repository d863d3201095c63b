"""When a host counts as healthy: so many good answers in a row before a deadline."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import Probe


@dataclass(frozen=True, slots=True)
class Watch:
    """One host at its gate. `good` counts answers in a row; `healthy_after` is set once, when there were enough."""

    good: int = 0
    healthy_after: timedelta | None = None
    cause: str = ""

    @property
    def healthy(self) -> bool:
        return self.healthy_after is not None


def observe(watch: Watch, probe: Probe, wanted: int, elapsed: timedelta) -> Watch:
    if not probe.ok:
        return replace(watch, good=0, cause=probe.cause)
    good = watch.good + 1
    return Watch(good, elapsed if good >= wanted else None, "")


def waiting(watches: Mapping[str, Watch]) -> list[str]:
    return [host for host, watch in watches.items() if not watch.healthy]


def over(watches: Mapping[str, Watch], since: datetime, timeout: timedelta, now: datetime) -> bool:
    return not waiting(watches) or now - since >= timeout


def cause_of(watch: Watch, timeout: timedelta) -> str:
    """Why the gate did not open; a host that was well at the end, but not for long enough, is said to be so."""
    seconds = f"{timeout.total_seconds():g} s"
    return f"{watch.cause} after {seconds}" if watch.cause else f"not steadily healthy within {seconds}"
