"""Commands that a system runs once, as durable workflows: killed at any line, one ends as it would have, and once."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.backends.managed import ManagedSite, Runner
from bot.engine.durable import Durable
from bot.engine.journal import Journal
from bot.engine.sites import Sites
from bot.errors import CloudError, PointsmanError, StateError
from bot.fleet.ecs import Ecs
from bot.managed import TaskEnd, TaskRun
from bot.messages.failures import own_failure
from bot.messages.task_runs import task_message
from bot.state.database import Database
from bot.state.task_runs import TaskRuns
from bot.trail import THE_BOT, What

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=2)  # between two looks
PATIENCE = timedelta(minutes=5)  # for a system that cannot be read, or a task that does not stop


class TaskWork:
    NAME = "task"

    def __init__(
        self, db: Database, journal: Journal, sites: Sites, runners: Mapping[str, Runner], durable: Durable
    ) -> None:
        self.rows = TaskRuns(db)
        self._journal = journal
        self._sites = sites
        self._runners = runners
        self._durable = durable
        durable.register(self.NAME, self.run)

    def start(self, run_id: int) -> None:
        self._durable.start(self.NAME, run_id)

    def resume(self) -> None:
        """Begins what was written down and not begun when the bot died; ends what can never end by itself."""
        for run in self.rows.unfinished():
            if self._durable.over(self.NAME, run.id):
                self._close(run.id, False, "it was given up: its end could not be written down")
            else:
                self.start(run.id)

    def run(self, run_id: int) -> None:
        try:
            ok, words = self._durable.step("run", self._carried_out, run_id)
        except Exception as error:  # the workflow's edge: a run must end, or it blocks the next one for ever
            log.exception("a task broke off", run=run_id)
            ok, words = False, own_failure(str(error))
        self._durable.step("close", self._close, run_id, ok, words)

    def _carried_out(self, run_id: int) -> tuple[bool, str]:
        """Whether it went well, and how, plain. Begun before, it is followed on."""
        run = self.rows.get(run_id)
        if run is None:
            raise LookupError(f"there is no task {run_id}")
        try:
            site = self._site(run)
            runner = self._runners[site.config.BACKEND]
            handle = run.handle or runner.start(site, run.order, run.task)
            with self._journal.transaction() as now:
                self.rows.began(run.id, handle)
                self._journal.post(f"task:{run.id}", task_message(run, "begun"), now)
            end = self._followed(run, site, runner, handle)
        except StateError:  # waited out by the workflow: it says nothing of the task
            raise
        except PointsmanError as error:
            return False, str(error)
        return end.ok, end.words

    def _site(self, run: TaskRun) -> ManagedSite:
        site = self._sites.place(run.target).managed
        if site is None or site.config.BACKEND not in self._runners:
            raise PointsmanError(f"{run.target} has no tasks any more")
        return site

    def _followed(self, run: TaskRun, site: ManagedSite, runner: Runner, handle: str) -> TaskEnd:
        clock, told = self._journal.clock, ""
        until = run.created_at + _timeout(site, run.task)
        stopped = False
        while True:
            try:
                end = runner.watch(site, handle)
                if end.over:
                    return TaskEnd(
                        True, end.ok and not stopped, f"stopped after its time: {end.words}" if stopped else end.words
                    )
                if not stopped and clock.now() > until:
                    runner.stop(site, handle, "it took longer than the fleet file allows")
                    stopped = True
            except CloudError as error:
                end = TaskEnd(False, words=f"{error}; looking again")
            if clock.now() > until + PATIENCE:
                return TaskEnd(True, False, f"how it ended is not known: {end.words}")
            if end.words != told:
                told = end.words
                with self._journal.transaction() as now:
                    self._journal.post(f"task:{run.id}", task_message(run, told), now)
            clock.sleep(LOOK)

    def _close(self, run_id: int, ok: bool, words: str) -> None:
        with self._journal.transaction() as now:
            if not self.rows.finish(run_id, ok, words, now):
                return
            run = self.rows.get(run_id)
            if run:
                outcome = "succeeded" if ok else "failed"
                subject = f"task {run.id} {run.task}"
                self._journal.audit.note(THE_BOT, What.TASK_ENDED, subject, run.target, words, "running", outcome)
                self._journal.post(f"task:{run.id}", task_message(run), now)


def _timeout(site: ManagedSite, task: str) -> timedelta:
    found = site.of(Ecs).tasks.get(task)
    return found.timeout if found else timedelta()
