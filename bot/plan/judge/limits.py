"""Hard limits, judged every interval: the counters of Argo Rollouts' analysis, with its names and meanings."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.evidence import Verdict

ERROR_RETRY = timedelta(seconds=10)  # Argo: after a query that failed


@dataclass(frozen=True, slots=True)
class Bounds:
    """Both ends belong to it; an end that is None is open."""

    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        if self.least is None and self.most is None:
            raise ValueError("bounds need a least or a most")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"no number is at least {self.least:g} and at most {self.most:g}")

    def hold(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Condition:
    """When one measurement passes, when it fails. With both, what neither holds is inconclusive."""

    passes: Bounds | None = None
    fails: Bounds | None = None

    def __post_init__(self) -> None:
        if self.passes is None and self.fails is None:
            raise ValueError("a condition needs what passes or what fails")


def measured(value: float | None, condition: Condition) -> Verdict:
    """One measurement. No value and NaN (0/0 in a query) are inconclusive; what both holds fails."""
    if value is None or math.isnan(value):
        return Verdict.INCONCLUSIVE
    if condition.fails is not None and condition.fails.hold(value):
        return Verdict.FAILED
    if condition.passes is None or condition.passes.hold(value):
        return Verdict.SUCCESSFUL
    return Verdict.FAILED if condition.fails is None else Verdict.INCONCLUSIVE


@dataclass(frozen=True, slots=True)
class Limits:
    """How many of each are too many: more than `failures`, more than `inconclusive`, more than `consecutive_errors`
    in a row; `failures=None` never fails for their number.

    `count` measurements make it successful, or `consecutive_successes` in a row; with neither it runs until stopped.
    Nothing is measured before `initial_delay`: metrics arrive late.
    """

    failures: int | None = 2
    inconclusive: int = 0
    consecutive_errors: int = 4
    count: int | None = None
    consecutive_successes: int | None = None
    interval: timedelta = timedelta(seconds=60)
    initial_delay: timedelta = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Tally:
    """The measurements so far. An error is no measurement, but it does break a streak of successes."""

    successful: int = 0
    failed: int = 0
    inconclusive: int = 0
    errors: int = 0
    consecutive_errors: int = 0
    consecutive_successes: int = 0

    @property
    def measurements(self) -> int:
        return self.successful + self.failed + self.inconclusive


def counted(tally: Tally, verdict: Verdict) -> Tally:
    """The tally after one more measurement."""
    if verdict is Verdict.ERROR:
        in_a_row = tally.consecutive_errors + 1
        return replace(tally, errors=tally.errors + 1, consecutive_errors=in_a_row, consecutive_successes=0)
    good = verdict is Verdict.SUCCESSFUL
    return replace(
        tally,
        successful=tally.successful + good,
        failed=tally.failed + (verdict is Verdict.FAILED),
        inconclusive=tally.inconclusive + (verdict is Verdict.INCONCLUSIVE),
        consecutive_errors=0,
        consecutive_successes=tally.consecutive_successes + 1 if good else 0,
    )


def violated(tally: Tally, limits: Limits) -> Verdict | None:
    """The verdict that a broken limit gives, None while all hold."""
    if limits.failures is not None and tally.failed > limits.failures:
        return Verdict.FAILED
    if tally.consecutive_errors > limits.consecutive_errors:
        return Verdict.ERROR
    return Verdict.INCONCLUSIVE if tally.inconclusive > limits.inconclusive else None


def settled(tally: Tally, limits: Limits) -> Verdict | None:
    """The verdict, None while it is still open."""
    broken = violated(tally, limits)
    if broken is not None:
        return broken
    streak = limits.consecutive_successes
    if streak is not None and tally.consecutive_successes >= streak:
        return Verdict.SUCCESSFUL
    if limits.count is None or tally.measurements < limits.count:
        return None
    if streak is None:
        return Verdict.SUCCESSFUL
    return Verdict.INCONCLUSIVE if limits.failures is not None else Verdict.FAILED


def stopped(tally: Tally, limits: Limits) -> Verdict:
    """The verdict when the time is up. Unlike in Argo nothing measured is no success."""
    found = settled(tally, limits)
    if found is not None:
        return found
    enough = tally.successful and limits.consecutive_successes is None
    return Verdict.SUCCESSFUL if enough else Verdict.INCONCLUSIVE


def next_look(started: datetime, last: tuple[datetime, Verdict] | None, limits: Limits) -> datetime:
    """When to measure next; `last` is when the last measurement was made and what it gave."""
    if last is None:
        return started + limits.initial_delay
    at, verdict = last
    return at + (min(ERROR_RETRY, limits.interval) if verdict is Verdict.ERROR else limits.interval)
