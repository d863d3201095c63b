"""Where commands are asked for that a system runs once."""

from collections.abc import Callable

from bot.engine.journal import Journal
from bot.engine.task_runs import TaskWork
from bot.engine.weighing import Weighing
from bot.fleet import Fleet
from bot.managed import TaskRun
from bot.messages.task_runs import task_message
from bot.plan.known import find_place, nearest
from bot.plan.objections import Going
from bot.refusals import Reason, Refusal
from bot.trail import What


class TaskDesk:
    def __init__(self, journal: Journal, work: TaskWork, weighing: Weighing, fleet: Callable[[], Fleet]) -> None:
        self._journal = journal
        self._work = work
        self._weighing = weighing
        self._fleet = fleet

    def ask(self, user: str, service: str, task: str, environment: str | None) -> TaskRun | Refusal:
        """By whoever may deploy there, while nothing else works there and no lock or freeze lies on it."""
        target = find_place(self._fleet(), service, environment)
        if isinstance(target, Refusal):
            return target
        deployment = self._fleet().deployment(target)
        known = tuple(deployment.ecs.tasks) if deployment and deployment.ecs else ()
        if task not in known:
            return Refusal(Reason.UNKNOWN_TASK, task, known, nearest(task, known), target=target)
        closed = self._weighing.closed(Going(target, user))
        if closed:
            return closed
        with self._journal.transaction() as now:
            run = self._work.rows.begin(target, task, user, now)
            if run is None:
                running = self._work.rows.running(target, task)
                return Refusal(Reason.OVER, detail=f"task {running.id if running else ''} runs there already")
            self._journal.audit.note(user, What.TASK_BEGUN, f"task {run.id} {task}", target)
            self._journal.post(f"task:{run.id}", task_message(run), now)
        self._work.start(run.id)
        return run
