"""A plain target-tracking rule as a cloud's Auto Scaling has it, to hold a policy against. Pure.

Out when three looks in a row, a minute apart, are above the target, as far as the ratio says; in when fifteen in a row
are below nine tenths of it, rounded so that fewer go. Instances that warm up (five minutes) are not in the metric and
count as capacity; nothing is taken away meanwhile. Source: AWS's guide of target tracking, and what CloudWatch alarms
it makes (AlarmHigh 3 of 3, AlarmLow 15 of 15).
"""

import math
from datetime import datetime, timedelta
from statistics import fmean

from bot.scaling import Capacity, Decision, Rule, Seen, Why

PERIOD = timedelta(minutes=1)
HIGH, LOW = 3, 15
WARM_UP = timedelta(minutes=5)
LOW_SHARE = 0.9


class TargetTracking:
    """`least` and `most` hosts; keeps the datapoints of the alarms, so each replay needs one of its own."""

    def __init__(self, least: int, most: int, target: float) -> None:
        self._least, self._most, self._target = least, most, target
        self._points: list[float] = []
        self._last: datetime | None = None

    def __call__(self, capacity: Capacity, now: datetime) -> Decision:
        here = capacity.desired
        warm = [load.cpu for load in capacity.loads if load.cpu is not None and load.up_since + WARM_UP <= now]
        seen = Seen(fmean(warm) if warm else None, len(warm), 0, here - len(warm))
        after = here
        if warm and (self._last is None or now - self._last >= PERIOD):
            self._last = now
            self._points = [*self._points[-LOW + 1 :], fmean(warm)]
            after = max(self._least, min(self._most, self._wanted(here, len(warm), fmean(warm))))
        if after != here:
            self._points = []
        why = Why.DONE if after != here else Why.ENOUGH
        return Decision(here, after, after, Rule.TRACKING, why, seen, self._least, self._most)

    def _wanted(self, here: int, warm: int, cpu: float) -> int:
        if len(self._points) >= HIGH and all(point > self._target for point in self._points[-HIGH:]):
            return max(here, math.ceil(warm * cpu / self._target - 1e-9))
        low = self._target * LOW_SHARE
        if here == warm and len(self._points) == LOW and all(point < low for point in self._points):
            return min(here, math.ceil(warm * cpu / self._target - 1e-9))
        return here
