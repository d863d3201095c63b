"""Questions to hosts in memory are answered at once: there is no network to wait for."""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from bot.backends.base import Answer
from bot.backends.http import utc_now
from bot.model import Blind, Probe
from bot.questions import CommandAsk

Kind = TypeVar("Kind")
NO_SHELL = "a dry run's hosts have no shell: no command can be asked there"


class MemoryProber(Generic[Kind]):
    """Fills base.Prober and base.KindProber. `reply` gives the answer to a question that is asked now."""

    def __init__(self, reply: Callable[[Kind, datetime], Probe], clock: Callable[[], datetime] = utc_now) -> None:
        self._reply, self._clock = reply, clock
        self._answers: deque[Answer] = deque()

    def probe(self, asks: Sequence[Kind]) -> list[Probe]:
        return [self._reply(ask, self._clock()) for ask in asks]

    def submit(self, asks: Sequence[tuple[str, Kind]]) -> None:
        for tag, ask in asks:
            now = self._clock()
            self._answers.append(Answer(tag, self._reply(ask, now), now))

    def collect(self) -> list[Answer]:
        answers: list[Answer] = []
        while self._answers:
            answers.append(self._answers.popleft())
        return answers

    def close(self) -> None:
        self._answers.clear()


def no_shell(ask: CommandAsk, at: datetime) -> Probe:
    return Probe(False, 0.0, None, NO_SHELL, Blind.UNKNOWN)
