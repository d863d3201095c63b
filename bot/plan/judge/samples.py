"""Are the samples enough, and if not, when will they be?"""

import math
from collections.abc import Sequence
from datetime import timedelta

from bot.evidence import Missing, Series

MINUTE = timedelta(minutes=1)
MOSTLY = 0.5


def known(series: Sequence[float]) -> Series:
    """The points that hold a number: NaN and infinity are no measurement."""
    return tuple(point for point in series if math.isfinite(point))


def mostly_zero(series: Series) -> bool:
    """Whether half of the points or more are zero. Their ranks say nothing then: the median shift is zero whatever
    the rest do, and its interval compares noise with noise. Such series are counted.
    """
    return bool(series) and sum(point == 0 for point in series) >= MOSTLY * len(series)


def missing(canary: int, baseline: int, wanted: int, elapsed: timedelta) -> Missing | None:
    """What both sides lack of `wanted`, None when nothing; `elapsed` is how long they were gathered."""
    more = max(0, wanted - canary), max(0, wanted - baseline)
    if not any(more):
        return None
    waits = [_wait(lacking, seen, elapsed) for lacking, seen in zip(more, (canary, baseline), strict=True)]
    told = [wait for wait in waits if wait is not None]
    return Missing(more[0], more[1], max(told) if len(told) == len(waits) else None)


def _wait(more: int, seen: int, elapsed: timedelta) -> timedelta | None:
    if not more:
        return timedelta()
    if not seen or elapsed <= timedelta():
        return None
    return math.ceil(elapsed * more / seen / MINUTE) * MINUTE
