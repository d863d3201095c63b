"""Watches a service while its rollout waits at a checkpoint: by its own checks, since there are no hosts to ask."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.engine.clock import Clock
from bot.engine.outages import Outages
from bot.model import Target

LOOK = timedelta(seconds=1)  # between two looks


class Checkpoints:
    def __init__(self, outages: Outages, clock: Clock) -> None:
        self._outages = outages
        self._clock = clock

    def watch(self, target: Target, since: datetime, span: timedelta, halted: Callable[[], bool]) -> str:
        """What went down since then, or nothing once the time is over; an abort ends it at once."""
        until = self._clock.now() + span
        while True:
            if halted():
                return "it was not watched to the end"
            down = [one for one in self._outages.of(target) if one.started_at >= since]
            if down:
                return f"a check went down: {down[0].cause}"
            if self._clock.now() >= until:
                return ""
            self._clock.sleep(min(LOOK, until - self._clock.now()))
