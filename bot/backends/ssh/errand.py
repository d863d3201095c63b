"""One order on one host as a conversation: scripts out, what the host answered in. Who carries them is not known here.

A generator yields each question as a `Say` and is sent the `Report`, or None where a halt cut the question short; an
error of the host is thrown into it. What it returns is how the order ended there.
"""

import contextlib
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.backends.base import Ending, HostResult, Order, Site, StepSpec
from bot.backends.ssh import words
from bot.backends.ssh.commands import course, work
from bot.backends.ssh.commands.steps import KILL_AFTER_SECONDS
from bot.backends.ssh.options import Terms
from bot.backends.ssh.parcels import Delivery, Parcel
from bot.backends.ssh.report import Report
from bot.errors import HostError, HostRefused, HostTaken
from bot.model import Host, Step

Script = Callable[[bool], str]
"""The order's script, with or without the wish to halt."""


@dataclass(frozen=True, slots=True)
class Say:
    """A script for a host, which may wait so many seconds for a step; to be sent after a `pause`.

    `heeds`: it says each step that begins, and a halt goes before its answer. `feed` is what it is sent when it says
    from which byte on it wants a release.
    """

    script: str
    wait: float = 0.0
    pause: float = 0.0
    heeds: bool = False
    feed: Callable[[str], Iterator[bytes]] | None = None


Talk = Generator[Say, Report | None, HostResult]
Part = Generator[Say, Report | None, Report]


class Errand:
    """`shared`: the scripts are the same for every host, and what differs by host comes from its environment. Where the
    site is pushed to, `parcel` is its release, packed when the first host wants it.
    """

    def __init__(
        self,
        site: Site,
        order: Order,
        host: Host,
        terms: Terms,
        shared: bool = False,
        parcel: Callable[[], Parcel] | None = None,
    ) -> None:
        self._site = site
        self._order = order
        self._host = host
        self._terms = terms
        self._shared = shared
        self._answered = False
        late = words.stopped(Step.FETCH, terms.fetch_timeout)
        self._delivery = parcel and Delivery(
            parcel, terms.wait.total_seconds(), terms.fetch_timeout.total_seconds(), late
        )

    def bring(self) -> Talk:
        """Fetch to restart, as far as it was not done already; then tidy up."""
        return self._guarded(self._bring())

    def prepare(self) -> Talk:
        """Fetch to test, as far as it was not done already, then what starts it beside the old one; then tidy up."""
        return self._guarded(self._prepare())

    def restart(self) -> Talk:
        """Only the restart step, in what is current."""
        return self._guarded(self._in_current(Step.RESTART))

    def retire(self) -> Talk:
        """Only the step that clears away what was kept, in what is current."""
        return self._guarded(self._in_current(Step.RETIRE))

    def command(self) -> Talk:
        """Only the named step of the fleet file, in what is current, with what it said."""
        return self._guarded(self._in_current(Step.COMMAND))

    def stop(self) -> Say:
        """Ends what runs there for this order; no step of it begins any more."""
        return Say(course.stop(self._frame), 2 * KILL_AFTER_SECONDS)

    def _guarded(self, talk: Talk) -> Talk:
        try:
            return (yield from talk)
        except HostRefused as error:
            # a login that lets nobody in says nothing about what an earlier bot began there
            return self._ended(Ending.KEPT if self._answered else Ending.LOST, cause=error.what)
        except HostError as error:
            return self._ended(Ending.LOST, cause=error.what)

    def _bring(self) -> Talk:
        commands = self._commands(self._order.sha)
        report = yield from self._run(lambda halt: course.bring(self._frame, commands, halt))
        if report.get("restarted") == "0":
            current = report.get("current") == self._order.sha
            return self._ended(Ending.DONE if current else Ending.LOST, cause="" if current else _moved(report))
        return self._told(report)

    def _prepare(self) -> Talk:
        commands = {**self._building(self._order.sha), **self._own(self._order.sha, Step.BESIDE)}
        return self._told((yield from self._run(lambda halt: course.prepare(self._frame, commands, halt))))

    def _in_current(self, step: Step) -> Talk:
        frame = self._frame
        begun = yield from self._run(lambda _: course.begin(frame))
        spec = self._currently(step, begun.get("current"))
        report = yield from self._run(lambda halt: course.in_current(frame, step, {step: spec}, halt))
        if not report.get("current"):
            return self._ended(Ending.KEPT, step, cause="nothing was ever deployed here: deploy first")
        return self._told(report)

    @property
    def _frame(self) -> course.Frame:
        lease, wait = self._terms.lease.total_seconds(), self._terms.wait.total_seconds()
        return course.Frame(self._site, self._order, int(lease), wait)

    def _commands(self, sha: str) -> course.Commands:
        return {**self._building(sha), Step.RESTART: self._currently(Step.RESTART, sha)}

    def _building(self, sha: str) -> dict[Step, StepSpec]:
        return {**self._having(sha), **self._own(sha, Step.INSTALL, Step.TEST)}

    def _having(self, sha: str) -> dict[Step, StepSpec]:
        """How the release's directory comes to be; what is pushed was taken before any step."""
        unpack = self._timeout(Step.UNPACK)
        if self._site.pushed:
            return {Step.UNPACK: StepSpec(work.unpack_pushed(self._order.id, sha), unpack)}
        return {
            Step.FETCH: StepSpec(work.fetch(self._site.repo, sha), self._timeout(Step.FETCH)),
            Step.UNPACK: StepSpec(work.unpack(self._order.id, sha), unpack),
        }

    def _own(self, sha: str, *steps: Step) -> dict[Step, StepSpec]:
        """Those of the fleet file's steps that there are, in the release's directory."""
        variables = self._variables(sha)
        return {
            step: replace(spec, command=work.in_release(sha, spec.command, variables))
            for step in steps
            if (spec := self._site.steps.get(step))
        }

    def _currently(self, step: Step, sha: str) -> StepSpec:
        spec = self._site.steps[step]
        return replace(spec, command=work.in_current(spec.command, self._variables(sha)))

    def _variables(self, sha: str) -> dict[str, str]:
        of_host = {} if self._shared else work.of_host(self._host)
        return {**of_host, **work.of_release(self._site, sha)}

    def _run(self, script: Script) -> Part:
        """Asks until the order has ended here. While another one is at work it waits, for as long as one may be silent
        and a half more. Raises HostError.
        """
        lease, wait = self._terms.lease.total_seconds(), self._terms.wait.total_seconds()
        deadline = time.monotonic() + 1.5 * lease
        pause, longer = 0.0, 0.1
        feed = self._delivery.feed if self._delivery else None
        while True:
            report = yield Say(script(self._order.halted()), wait, pause, heeds=True, feed=feed)
            pause = 0.0
            if self._delivery and self._delivery.trouble:
                self._answered = True
                raise HostRefused(self._host.name, self._delivery.trouble)
            if report is None:
                with contextlib.suppress(HostRefused):  # nothing was begun there yet
                    yield self.stop()  # what comes of it is told by the script itself
            elif self._checked(report).has("held"):
                if time.monotonic() > deadline:
                    raise HostRefused(self._host.name, words.held(report.get("held")))
                pause, longer = longer, min(2 * longer, 1.0)
            elif not report.has("running"):
                return report
            elif self._order.halted():
                stopped = yield self.stop()
                self._checked(stopped or Report())

    def _checked(self, report: Report) -> Report:
        """Raises HostTaken or HostRefused for a host that says no before any step."""
        self._answered = True
        if report.has("superseded") and not report.has("done"):
            raise HostTaken(self._host.name, words.superseded(report.get("superseded")))
        if report.has("refused") and not report.has("step"):
            raise HostRefused(self._host.name, report.get("refused").strip())
        return report

    def _told(self, report: Report) -> HostResult:
        """What a script that ran to its end says of the order."""
        if report.has("done"):
            return self._ended(Ending.DONE, tail=report.tail)
        step = Step(report.get("before") or report.get("step"))
        ending = Ending.SWITCHED if step is Step.RESTART else Ending.KEPT
        if report.has("before"):
            return self._ended(ending, step, cause=words.halted_before(step))
        if report.has("stopped"):
            return self._ended(ending, step, cause=words.halted(step))
        if report.has("vanished"):
            return self._ended(ending, step, cause=words.vanished(step))
        if report.has("refused"):
            return self._ended(ending, step, cause=report.get("refused").strip())
        return self._failed(ending, step, report)

    def _failed(self, ending: Ending, step: Step, report: Report) -> HostResult:
        code, _, why = report.get("exit").partition(" ")
        cause = words.stopped(step, self._timeout(step)) if why else words.ended(step, int(code))
        return self._ended(ending, step, int(code), cause, report.tail)

    def _timeout(self, step: Step) -> timedelta:
        own = {Step.FETCH: self._terms.fetch_timeout, Step.UNPACK: self._terms.unpack_timeout}
        return own[step] if step in own else self._site.steps[step].timeout

    def _ended(
        self, ending: Ending, step: Step | None = None, status: int | None = None, cause: str = "", tail: str = ""
    ) -> HostResult:
        return HostResult(self._host.name, ending, step, status, cause, tail)


def _moved(begun: Report) -> str:
    current = begun.get("current")[:7] or "nothing"
    return f"this order had ended well here, but {current} is current now: what runs there must be read again"
