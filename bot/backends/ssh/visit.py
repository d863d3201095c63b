"""One order on one host, from taking the place to leaving it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.backends.base import Ending, HostResult, Order, Site
from bot.backends.ssh import words
from bot.backends.ssh.commands import order as frame
from bot.backends.ssh.commands import steps, work
from bot.backends.ssh.link import Link
from bot.backends.ssh.options import SshOptions
from bot.backends.ssh.report import Report
from bot.errors import HostError, HostRefused, HostTaken, StepFailed
from bot.model import Host, Step

log = logging.getLogger(__name__)


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

    def restart(self) -> HostResult:
        """Only the restart step, in what is current."""
        return self._guarded(self._restart)

    def _guarded(self, act: Callable[[], HostResult]) -> HostResult:
        try:
            result = act()
        except HostRefused as error:
            # a login that lets nobody in says nothing about what an earlier bot began there
            return self._ended(Ending.KEPT if self.link.answered else Ending.LOST, cause=error.what)
        except HostError as error:
            return self._ended(Ending.LOST, cause=error.what)
        self._leave()
        return result

    def _bring(self) -> HostResult:
        begun = self._begin(self.order.sha)
        current = begun.get("current") == self.order.sha
        if begun.get("restarted") == "0":
            return self._ended(Ending.DONE if current else Ending.LOST, cause="" if current else _moved(begun))
        try:
            if not (current or begun.has("complete")):
                self._build()
            self._switch()
        except StepFailed as failure:
            return self._failed(Ending.KEPT, failure)
        return self._run_restart(self.order.sha)

    def _restart(self) -> HostResult:
        begun = self._begin("")
        if not begun.get("current"):
            return self._ended(Ending.KEPT, Step.RESTART, cause="nothing was ever deployed here: deploy first")
        return self._run_restart(begun.get("current"))

    def _run_restart(self, sha: str) -> HostResult:
        spec = self.site.steps[Step.RESTART]
        command = work.in_current(spec.command, work.variables(self.site, sha, self.host))
        try:
            self._run(Step.RESTART, command, spec.timeout)
        except StepFailed as failure:
            return self._failed(Ending.SWITCHED, failure)
        return self._ended(Ending.DONE)

    def _build(self) -> None:
        sha = self.order.sha
        self._run(Step.FETCH, work.fetch(self.site.repo, sha), self.options.fetch_timeout)
        self._run(Step.UNPACK, work.unpack(self.order.id, sha), self.options.unpack_timeout)
        variables = work.variables(self.site, sha, self.host)
        for step in (Step.INSTALL, Step.TEST):
            if spec := self.site.steps.get(step):
                self._run(step, work.in_release(sha, spec.command, variables), spec.timeout)

    def _switch(self) -> None:
        self.progress(Step.SWITCH)
        self._ask_for(Step.SWITCH, frame.switch(self.site.path, self.order.id, self.order.sha))

    def _begin(self, sha: str) -> Report:
        """Waits while another order is at work here, for as long as one may be silent and a half more."""
        lease = self.options.lease.total_seconds()
        deadline = time.monotonic() + 1.5 * lease
        script = frame.begin(self.site.path, self.order.id, sha, int(lease))
        pause = 0.1
        while (report := self._ask(script)).has("held"):
            if time.monotonic() > deadline:
                raise HostRefused(self.host.name, words.held(report.get("held")))
            time.sleep(pause)
            pause = min(2 * pause, 1.0)
        return report

    def _run(self, step: Step, command: str, timeout: timedelta) -> None:
        """Returns when the step has ended with 0. Raises StepFailed for any other end."""
        if self.order.halted():
            raise StepFailed(self.host.name, step, words.halted_before(step))
        self.progress(step)
        wait = self.options.wait.total_seconds()
        script = steps.ensure(self.site.path, self.order.id, step, command, timeout.total_seconds(), wait)
        while (report := self._ask_for(step, script, wait)).has("running"):
            if self.order.halted():
                self._ask_for(step, steps.stop(self.site.path, self.order.id, step), steps.KILL_AFTER_SECONDS)
                raise StepFailed(self.host.name, step, words.halted(step))
        if report.has("vanished"):
            raise StepFailed(self.host.name, step, words.vanished(step))
        code, _, why = report.get("exit").partition(" ")
        if why == "timeout":
            raise StepFailed(self.host.name, step, words.stopped(step, timeout), int(code), report.tail)
        if code != "0":
            raise StepFailed(self.host.name, step, words.ended(step, int(code)), int(code), report.tail)

    def _ask_for(self, step: Step, script: str, wait: float = 0) -> Report:
        """As `_ask`, with a refusal as this step's failure."""
        try:
            return self._ask(script, wait)
        except HostRefused as error:
            raise StepFailed(self.host.name, step, error.what) from error

    def _ask(self, script: str, wait: float = 0) -> Report:
        report = self.link.ask(script, wait)
        if report.has("superseded"):
            raise HostTaken(self.host.name, words.superseded(report.get("superseded")))
        if report.has("refused"):
            raise HostRefused(self.host.name, report.get("refused").strip())
        return report

    def _leave(self) -> None:
        """What happened on the host stands, whether or not it could be tidied up."""
        script = frame.finish(self.site.path, self.order.id, self.site.keep, self.order.protect)
        try:
            self._ask(script)
        except HostError as error:
            log.warning("%s: old releases were not cleared away after %s: %s", self.host.name, self.order.id, error)

    def _failed(self, ending: Ending, failure: StepFailed) -> HostResult:
        return self._ended(ending, Step(failure.step), failure.exit_status, failure.what, failure.tail)

    def _ended(
        self, ending: Ending, step: Step | None = None, status: int | None = None, cause: str = "", tail: str = ""
    ) -> HostResult:
        return HostResult(self.host.name, ending, step, status, cause, tail)


def _moved(begun: Report) -> str:
    current = begun.get("current")[:7] or "nothing"
    return f"this order had ended well here, but {current} is current now: what runs there must be read again"
