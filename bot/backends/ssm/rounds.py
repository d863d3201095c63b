"""Many hosts' conversations at once: what is to be said is sent to fifty hosts a call, and answers are looked for."""

import contextlib
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from bot.backends.base import never
from bot.backends.ssh.errand import Say
from bot.backends.ssh.link import ANSWER_SECONDS, KILLED
from bot.backends.ssh.report import Report, understood
from bot.backends.ssm import words
from bot.backends.ssm.envelope import MOST, Variables, opened, sealed
from bot.backends.ssm.options import SsmOptions
from bot.backends.ssm.wire import Invocation, Parcel, Wire, chunks
from bot.errors import CloudAway, CloudBusy, CloudError, HostError, HostRefused, HostUnreachable
from bot.model import Host, Step

log = structlog.get_logger(__name__)

End = TypeVar("End")
SLACK_SECONDS = 30.0
"""What SSM may take beyond the time that a script was given, until it is said to be lost."""

SILENT = Say("")
SLOWEST = 8
"""So many first pauses are the longest between two looks for answers."""


@dataclass(frozen=True, slots=True)
class Act:
    """What the conversations are about. `comment` is for who reads SSM's own list; `bears` so many hosts may fail."""

    comment: str
    of_hosts: Mapping[str, Variables] = field(default_factory=dict)
    halted: Callable[[], bool] = never
    heard: Callable[[str, Step], None] = lambda host, step: None
    patience: float = 0.0
    bears: int | None = None


@dataclass(slots=True)
class Line(Generic[End]):
    """One host's conversation: `say` is what comes next or is under way, by `command`; `ends` what it came to."""

    host: Host
    talk: Generator[Say, Report | None, End]
    say: Say = SILENT
    due: float = 0.0
    until: float = 0.0
    command: str = ""
    met: bool = False
    troubled: float | None = None
    step: str = ""
    ends: list[End] = field(default_factory=list)


class Rounds(Generic[End]):
    """`run` once."""

    def __init__(self, wire: Wire, options: SsmOptions, act: Act, lines: Sequence[Line[End]]) -> None:
        self._wire = wire
        self._options = options
        self._act = act
        self._lines = lines
        self._heeded = act.halted()
        self._pause = options.poll.total_seconds()

    def run(self) -> list[End]:
        """What every conversation came to, in the order given."""
        for line in self._lines:
            self._go_on(line, None)
        while any(not line.ends for line in self._lines):
            self._meet()
            self._send()
            self._rest()
            self._collect()
            self._heed()
        return [line.ends[0] for line in self._lines]

    def _go_on(self, line: Line[End], answer: Report | HostError | None) -> None:
        try:
            line.say = line.talk.throw(answer) if isinstance(answer, HostError) else line.talk.send(answer)
        except StopIteration as end:
            line.ends.append(end.value)
        else:
            line.due = time.monotonic() + line.say.pause
        line.command = ""

    def _due(self) -> list[Line[End]]:
        now = time.monotonic()
        return [line for line in self._lines if not line.ends and not line.command and line.due <= now]

    def _meet(self) -> None:
        """One instance without an agent would make SSM refuse a call for all fifty."""
        if not (unmet := [line for line in self._due() if not line.met]):
            return
        try:
            agents = self._wire.agents([line.host.name for line in unmet])
        except CloudError as error:
            self._refused(unmet, error)
            return
        for line in unmet:
            agent = agents.get(line.host.name)
            line.met = agent is not None and agent.online
            if not line.met:
                self._lost(line, words.silent(agent))

    def _send(self) -> None:
        alike: dict[tuple[str, float, str], list[Line[End]]] = {}
        for line in self._due():
            if line.met:
                alike.setdefault((line.say.script, line.say.wait, line.host.user), []).append(line)
        for lines in alike.values():
            for some in chunks(lines):
                self._send_to(some)

    def _send_to(self, lines: Sequence[Line[End]]) -> None:
        say, user = lines[0].say, lines[0].host.user
        names = tuple(line.host.name for line in lines)
        of_hosts = {name: self._act.of_hosts.get(name, {}) for name in names}
        delivery, seconds = self._options.delivery.total_seconds(), say.wait + ANSWER_SECONDS
        command = sealed(say.script, of_hosts, user)
        comment, at_once = self._act.comment, self._options.at_once
        parcel = Parcel(command, names, comment, int(seconds), int(delivery), at_once, self._act.bears)
        try:
            sent = self._wire.send(parcel)
        except CloudError as error:
            self._refused(lines, error)
            return
        for line in lines:
            line.command, line.until = sent, time.monotonic() + delivery + seconds + SLACK_SECONDS
        self._pause = self._options.poll.total_seconds()

    def _rest(self) -> None:
        time.sleep(self._pause)
        self._pause = min(1.3 * self._pause, SLOWEST * self._options.poll.total_seconds())

    def _collect(self) -> None:
        for command, lines in self._under_way().items():
            try:
                found = {one.host: one for one in self._wire.invocations(command)}
            except CloudError as error:
                log.warning("answers of hosts cannot be looked for", command=command, error=str(error))
                self._overdue(lines, str(error), at_once=not _momentary(error))
                continue
            self._overdue([line for line in lines if _open(found.get(line.host.name))], words.NO_ANSWER)
            for line in lines:
                one = found.get(line.host.name)
                if one is not None and not one.open:
                    self._ended(line, one)

    def _under_way(self) -> dict[str, list[Line[End]]]:
        under_way: dict[str, list[Line[End]]] = {}
        for line in self._lines:
            if line.command and not line.ends:
                under_way.setdefault(line.command, []).append(line)
        return under_way

    def _overdue(self, lines: Sequence[Line[End]], why: str, at_once: bool = False) -> None:
        for line in lines:
            if at_once or time.monotonic() > line.until:
                self._lost(line, why, again=False)

    def _ended(self, line: Line[End], one: Invocation) -> None:
        if not one.ran:
            self._lost(line, words.not_run(one, self._act.bears), again=not one.hopeless)
            return
        try:
            answer = self._answer(line, one)
        except CloudError as error:
            self._lost(line, str(error), again=_momentary(error))
        except HostUnreachable as error:
            self._lost(line, error.what)
        except HostRefused as error:
            self._go_on(line, error)
        else:
            line.troubled = None
            self._tell(line, answer)
            self._go_on(line, answer)

    def _answer(self, line: Line[End], one: Invocation) -> Report:
        """Raises HostUnreachable when it was cut off, HostRefused when it makes no sense."""
        host, errors = line.host.name, ""
        whole = opened(one.output)
        if whole is None:
            output, errors = self._wire.output(line.command, host)
            whole = opened(output)
            if whole is None and len(output) >= MOST:
                raise HostRefused(host, words.TOO_LONG)
        if whole is None or whole[0] > KILLED:
            raise HostUnreachable(host, words.cut(one, errors))
        return understood(host, *whole, errors)

    def _tell(self, line: Line[End], report: Report) -> None:
        """A script that is sent again says the step that runs again."""
        for step in report.all("step") if line.say.heeds else ():
            if step != line.step:
                line.step = step
                self._act.heard(line.host.name, Step(step))

    def _lost(self, line: Line[End], why: str, again: bool = True) -> None:
        """Sends it again in a while, until the patience is used up."""
        now = time.monotonic()
        line.troubled = now if line.troubled is None else line.troubled
        pause = min(5.0, self._act.patience / 5)
        if again and pause and now + pause <= line.troubled + self._act.patience:
            line.command, line.due = "", now + pause
        else:
            self._go_on(line, HostUnreachable(line.host.name, why))

    def _refused(self, lines: Sequence[Line[End]], error: CloudError) -> None:
        """A call that none of them had anything from; an agent that went meanwhile is found by meeting them again."""
        for line in lines:
            gone, line.met = words.GONE in str(error), False
            self._lost(line, str(error), again=gone or _momentary(error))

    def _heed(self) -> None:
        """A halt goes before what is under way: that is cancelled, and each conversation goes on by stopping."""
        if self._heeded or not self._act.halted():
            return
        self._heeded = True
        lines = [line for line in self._lines if not line.ends and line.say.heeds]
        for command in {line.command for line in lines} - {""}:
            with contextlib.suppress(CloudError):
                self._wire.cancel(command)
        for line in lines:
            self._go_on(line, None)


def _open(one: Invocation | None) -> bool:
    return one is None or one.open


def _momentary(error: CloudError) -> bool:
    return isinstance(error, CloudBusy | CloudAway)
