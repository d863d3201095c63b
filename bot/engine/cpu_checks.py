"""Checks of how busy services are: answered from what was read and kept, without asking anybody."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.backends.base import Answer
from bot.engine.clock import Clock
from bot.errors import StateError
from bot.hurdles import MACHINE
from bot.model import Probe, Target
from bot.plan.hot import seen
from bot.questions import CpuAsk
from bot.scaling import BusyMinute


class Minutes(Protocol):
    """bot.engine.cpu.CpuBook."""

    def minutes(self, targets: Iterable[Target], now: datetime) -> Mapping[Target, Sequence[BusyMinute]]: ...


class CpuProber:
    """Fills base.KindProber for CpuAsk."""

    def __init__(self, book: Minutes, clock: Clock) -> None:
        self._book, self._clock = book, clock
        self._answers: deque[Answer] = deque()

    def submit(self, asks: Sequence[tuple[str, CpuAsk]]) -> None:
        """One look for all of them."""
        now = self._clock.now()
        try:
            known = self._book.minutes({ask.target for _, ask in asks}, now)
            self._answers.extend(Answer(tag, seen(ask, known.get(ask.target, ()), now), now) for tag, ask in asks)
        except StateError as error:
            blind = Probe.unasked(MACHINE, f"could not be asked: {error}")
            self._answers.extend(Answer(tag, blind, now) for tag, _ in asks)

    def collect(self) -> list[Answer]:
        answers: list[Answer] = []
        while self._answers:
            answers.append(self._answers.popleft())
        return answers

    def close(self) -> None:
        """Nothing is open."""
