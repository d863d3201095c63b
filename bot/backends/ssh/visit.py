"""One order on one host, from taking the place to leaving it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.backends.base import Ending, HostResult, Order, Site, StepSpec
from bot.backends.ssh import words
from bot.backends.ssh.commands import course, work
from bot.backends.ssh.commands.steps import KILL_AFTER_SECONDS
from bot.backends.ssh.link import Link, Listener
from bot.backends.ssh.options import SshOptions
from bot.backends.ssh.report import Report
from bot.errors import HostError, HostRefused, HostTaken
from bot.model import Host, Step

Script = Callable[[bool], str]
"""The order's script, with or without the wish to halt."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit is about. `progress` is called with each step that begins."""

    site: Site
    order: Order
    host: Host
    options: SshOptions
    link: Link
    progress: Callable[[Step], None]

    def bring(self) -> HostResult:
        """Fetch to restart, as far as it was not done already; then tidy up."""
        return self._guarded(self._bring)

    def prepare(self) -> HostResult:
        """Fetch to test, as far as it was not done already, then what starts it beside the old one; then tidy up."""
        return self._guarded(self._prepare)

    def restart(self) -> HostResult:
        """Only the restart step, in what is current."""
        return self._guarded(lambda: self._in_current(Step.RESTART))

    def retire(self) -> HostResult:
        """Only the step that clears away what was kept, in what is current."""
        return self._guarded(lambda: self._in_current(Step.RETIRE))

    def command(self) -> HostResult:
        """Only the named step of the fleet file, in what is current, with what it said."""
        return self._guarded(lambda: self._in_current(Step.COMMAND))

    def _guarded(self, act: Callable[[], HostResult]) -> HostResult:
        try:
            return act()
        except HostRefused as error:
            # a login that lets nobody in says nothing about what an earlier bot began there
            return self._ended(Ending.KEPT if self.link.answered else Ending.LOST, cause=error.what)
        except HostError as error:
            return self._ended(Ending.LOST, cause=error.what)

    def _bring(self) -> HostResult:
        commands = self._commands(self.order.sha)
        report = self._run(lambda halt: course.bring(self._frame, commands, halt))
        if report.get("restarted") == "0":
            current = report.get("current") == self.order.sha
            return self._ended(Ending.DONE if current else Ending.LOST, cause="" if current else _moved(report))
        return self._told(report)

    def _prepare(self) -> HostResult:
        commands = {**self._building(self.order.sha), **self._own(self.order.sha, Step.BESIDE)}
        return self._told(self._run(lambda halt: course.prepare(self._frame, commands, halt)))

    def _in_current(self, step: Step) -> HostResult:
        frame = self._frame
        begun = self._run(lambda _: course.begin(frame))
        spec = self._currently(step, begun.get("current"))
        report = self._run(lambda halt: course.in_current(frame, step, {step: spec}, halt))
        if not report.get("current"):
            return self._ended(Ending.KEPT, step, cause="nothing was ever deployed here: deploy first")
        return self._told(report)

    @property
    def _frame(self) -> course.Frame:
        lease, wait = self.options.lease.total_seconds(), self.options.wait.total_seconds()
        return course.Frame(self.site, self.order, int(lease), wait)

    def _commands(self, sha: str) -> course.Commands:
        return {**self._building(sha), Step.RESTART: self._currently(Step.RESTART, sha)}

    def _building(self, sha: str) -> dict[Step, StepSpec]:
        return {
            Step.FETCH: StepSpec(work.fetch(self.site.repo, sha), self._timeout(Step.FETCH)),
            Step.UNPACK: StepSpec(work.unpack(self.order.id, sha), self._timeout(Step.UNPACK)),
            **self._own(sha, Step.INSTALL, Step.TEST),
        }

    def _own(self, sha: str, *steps: Step) -> dict[Step, StepSpec]:
        """Those of the fleet file's steps that there are, in the release's directory."""
        variables = work.variables(self.site, sha, self.host)
        return {
            step: replace(spec, command=work.in_release(sha, spec.command, variables))
            for step in steps
            if (spec := self.site.steps.get(step))
        }

    def _currently(self, step: Step, sha: str) -> StepSpec:
        spec = self.site.steps[step]
        return replace(spec, command=work.in_current(spec.command, work.variables(self.site, sha, self.host)))

    def _run(self, script: Script) -> Report:
        """Asks until the order has ended here. While another one is at work it waits, for as long as one may be silent
        and a half more. Raises HostError.
        """
        lease, wait = self.options.lease.total_seconds(), self.options.wait.total_seconds()
        deadline = time.monotonic() + 1.5 * lease
        pause = 0.1
        while True:
            report = self._ask(script(self.order.halted()), wait, self._listener())
            if report.has("held"):
                if time.monotonic() > deadline:
                    raise HostRefused(self.host.name, words.held(report.get("held")))
                time.sleep(pause)
                pause = min(2 * pause, 1.0)
            elif not report.has("running"):
                return report
            elif self.order.halted():
                self._ask(course.stop(self._frame), 2 * KILL_AFTER_SECONDS)

    def _listener(self) -> Listener:
        """Tells of each step that begins, and stops what runs once that is wanted."""
        stopping: list[bool] = []

        def heard(line: str) -> None:
            name, _, value = line.partition(" ")
            if name == "step":
                self.progress(Step(value))

        def pulse() -> None:
            if not stopping and self.order.halted():
                stopping.append(True)
                self.link.aside(course.stop(self._frame), 2 * KILL_AFTER_SECONDS)

        return Listener(heard, pulse)

    def _ask(self, script: str, wait: float, listener: Listener | None = None) -> Report:
        report = self.link.ask(script, wait, listener or Listener())
        if report.has("superseded") and not report.has("done"):
            raise HostTaken(self.host.name, words.superseded(report.get("superseded")))
        if report.has("refused") and not report.has("step"):
            raise HostRefused(self.host.name, report.get("refused").strip())
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
        own = {Step.FETCH: self.options.fetch_timeout, Step.UNPACK: self.options.unpack_timeout}
        return own[step] if step in own else self.site.steps[step].timeout

    def _ended(
        self, ending: Ending, step: Step | None = None, status: int | None = None, cause: str = "", tail: str = ""
    ) -> HostResult:
        return HostResult(self.host.name, ending, step, status, cause, tail)


def _moved(begun: Report) -> str:
    current = begun.get("current")[:7] or "nothing"
    return f"this order had ended well here, but {current} is current now: what runs there must be read again"
