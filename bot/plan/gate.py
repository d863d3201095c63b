"""When a host counts as healthy: so many good answers in a row before a deadline, and one more a while later.

The later look finds what says that it is up, and then dies. What was asked before the deploy plays no part here: an old
release that was broken already never keeps its fix out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.model import Probe


@dataclass(frozen=True, slots=True)
class Rule:
    """`again` after its good answers a host is asked once more, past the deadline too; 0: it is not."""

    wanted: int
    every: timedelta
    timeout: timedelta
    again: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Watch:
    """One host at its gate; spans are since the gate began. `good` counts answers in a row, `well_after` is when there
    were enough, `healthy_after` the same once the later look held, `fell` when it had been well before it was not any
    more, `asked` when it was asked last.
    """

    good: int = 0
    well_after: timedelta | None = None
    healthy_after: timedelta | None = None
    cause: str = ""
    fell: timedelta | None = None
    asked: timedelta | None = None

    @property
    def healthy(self) -> bool:
        return self.healthy_after is not None


def observe(watch: Watch, probe: Probe, rule: Rule, elapsed: timedelta) -> Watch:
    """The watch after one more answer. A host that was well and is not any more begins anew."""
    if not probe.ok:
        return Watch(cause=probe.cause, fell=watch.well_after or watch.fell, asked=elapsed)
    if watch.well_after is not None:
        return replace(watch, healthy_after=watch.well_after, asked=elapsed)
    good = watch.good + 1
    seen = replace(watch, good=good, cause="", asked=elapsed)
    if good < rule.wanted:
        return seen
    return replace(seen, well_after=elapsed, healthy_after=None if rule.again else elapsed)


def next_look(watch: Watch, rule: Rule) -> timedelta | None:
    """When this host is to be asked, since the gate began; None: not any more."""
    if watch.healthy:
        return None
    if watch.well_after is not None:
        return watch.well_after + rule.again
    if watch.asked is None:
        return timedelta(0)
    return watch.asked + rule.every if watch.asked < rule.timeout else None


def due(watches: Mapping[str, Watch], rule: Rule, elapsed: timedelta) -> list[str]:
    """Who is to be asked now."""
    looks = {host: next_look(watch, rule) for host, watch in watches.items()}
    return [host for host, look in looks.items() if look is not None and look <= elapsed]


def pause(watches: Mapping[str, Watch], rule: Rule, elapsed: timedelta) -> timedelta | None:
    """How long nobody is to be asked; None when the gate's work is done."""
    looks = [look for watch in watches.values() if (look := next_look(watch, rule)) is not None]
    return max(min(looks) - elapsed, timedelta(0)) if looks else None


def cause_of(watch: Watch, timeout: timedelta) -> str:
    """Why the gate did not open; a host that was well at the end, but not for long enough, is said to be so."""
    seconds = f"{timeout.total_seconds():g} s"
    fell = f"was well after {watch.fell.total_seconds():.3g} s, then " if watch.fell is not None else ""
    if watch.cause:
        seen, colon, quoted = watch.cause.partition(": ")  # what it said itself comes last
        return fell + watch.cause if fell else f"{seen} after {seconds}{colon}{quoted}"
    return f"{fell}not steadily healthy within {seconds}"
