"""Which hosts go next, and whether there is too much trouble to go on.

What is down already goes first: it loses nothing, and a fix reaches it soonest.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.model import HostState
from bot.records import HostLine
from bot.tolerance import Failures, NoRoom, Tolerance, Unreachable

LOST = frozenset({HostState.UNKNOWN, HostState.SKIPPED})
FAILED = frozenset({HostState.UNCHANGED, HostState.UNHEALTHY, HostState.RESTORED})


def failures(lines: Sequence[HostLine], tolerance: Tolerance) -> Failures:
    members = [line for line in lines if line.state is not HostState.LEFT]
    failed = tuple(line.host for line in members if counts(line, tolerance))
    proven = any(line.state is HostState.HEALTHY for line in members)
    lost = tuple(line.host for line in members if line.state is HostState.UNKNOWN and line.host not in failed)
    return Failures(failed, tolerance.failures_of(len(members)), len(members), proven, lost)


def counts(line: HostLine, tolerance: Tolerance) -> bool:
    """Whether the host counts as failed."""
    if line.state in LOST:
        return tolerance.unreachable is Unreachable.FAILED
    return line.state in FAILED


def next_wave(lines: Sequence[HostLine], batch: int, tolerance: Tolerance) -> tuple[HostLine, ...] | NoRoom:
    """The part of a batch that may be changed at once; nothing when all of it was dealt with.

    What is down goes together, and is never held up: a broken release must not keep its fix out.
    """
    coming = tuple(line for line in lines if line.batch == batch and line.to_come)
    most = tolerance.away_of(len(lines))
    if most is None or not coming:
        return coming
    begun = tuple(line for line in coming if line.state in (HostState.CHANGING, HostState.NEW))
    down = tuple(line for line in coming if line.was_down)
    if begun or down:
        return begun or down
    away = tuple(line.host for line in lines if _away(line, tolerance))
    return coming[: most - len(away)] if len(away) < most else NoRoom(away, most)


def _away(line: HostLine, tolerance: Tolerance) -> bool:
    """Whether it is without service, as far as is known."""
    if line.state in LOST:
        return tolerance.unreachable is Unreachable.FAILED
    if line.state in (HostState.WAITING, HostState.READY, HostState.UNCHANGED):
        return line.was_down
    return line.state in (HostState.CHANGING, HostState.NEW, HostState.UNHEALTHY)


def down_first(lines: Sequence[HostLine], sizes: Sequence[int]) -> list[HostLine]:
    """The hosts among batches of these sizes: what is down first, what takes no part last, otherwise in their order."""
    order = sorted(lines, key=lambda line: (not line.to_come, not line.was_down))
    numbers = [number for number, size in enumerate(sizes) for _ in range(size)]
    return [replace(line, batch=number) for line, number in zip(order, numbers, strict=True)]


def left_out(lines: Sequence[HostLine], known: Collection[str]) -> list[HostLine]:
    """The lines, with those that left the fleet file in the meantime marked so; what was begun on them stays."""
    untouched = (HostState.WAITING, HostState.READY)
    return [
        replace(line, state=HostState.LEFT) if line.host not in known and line.state in untouched else line
        for line in lines
    ]
