"""One order on one host over its connection: carries the errand's questions there, and its answers back."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.backends.base import HostResult
from bot.backends.ssh.errand import Say, Talk
from bot.backends.ssh.link import DEAF, Link, Listener
from bot.backends.ssh.report import Report
from bot.errors import HostError
from bot.model import Step


@dataclass(frozen=True, slots=True)
class Visit:
    """`progress` is called with each step that begins; once `halted`, `stop` is run beside what runs."""

    link: Link
    progress: Callable[[Step], None]
    halted: Callable[[], bool]
    stop: Say

    def carry(self, talk: Talk) -> HostResult:
        """Until the errand has ended here."""
        answer: Report | HostError | None = None
        while True:
            try:
                say = talk.throw(answer) if isinstance(answer, HostError) else talk.send(answer)
            except StopIteration as end:
                result: HostResult = end.value
                return result
            answer = self._answer(say)

    def _answer(self, say: Say) -> Report | HostError:
        time.sleep(say.pause)
        try:
            return self.link.ask(say.script, say.wait, self._listener(say) if say.heeds else DEAF)
        except HostError as error:
            return error

    def _listener(self, say: Say) -> Listener:
        """Tells of each step that begins, and stops what runs once that is wanted."""
        stopping: list[bool] = []

        def heard(line: str) -> None:
            name, _, value = line.partition(" ")
            if name == "step":
                self.progress(Step(value))

        def pulse() -> None:
            if not stopping and self.halted():
                stopping.append(True)
                self.link.aside(self.stop.script, self.stop.wait)

        return Listener(heard, pulse, say.feed, self.halted)
