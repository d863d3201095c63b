"""Which steps of its escalation an outage is due for. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from bot.fleet.escalation import Escalation
from bot.watch import Alert


def due_steps(
    alert: Alert, steps: Sequence[Escalation], taken: Collection[str], now: datetime
) -> list[tuple[str, Escalation]]:
    """Those whose time has come and that were not `taken`, in the order of their times, each with its name."""
    if alert.ended or alert.acknowledged_at or alert.told_at is None:
        return []
    passed = now - alert.told_at
    due = [(name, step) for name, step in named(steps) if step.after <= passed and name not in taken]
    return sorted(due, key=lambda one: one[1].after)


def named(steps: Sequence[Escalation]) -> Iterator[tuple[str, Escalation]]:
    """By what a step does, not by its place or time: what was said is not said again when the file is edited in the
    middle of an outage. The second that does the same has a number behind it.
    """
    seen = Counter[str]()
    for step in steps:
        seen[str(step)] += 1
        yield str(step) if seen[str(step)] == 1 else f"{step} {seen[str(step)]}", step
