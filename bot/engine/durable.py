"""Durable workflows: the one place that knows dbos. A step that ended is never run again; one that was cut off by a
crash is run once more, so every step first asks what is already so.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from dbos import DBOS, SetWorkflowID, StepOptions, _scheduler, _workflow_commands
from dbos._core import WorkflowHandlePolling
from dbos._dbos import _get_dbos_instance
from dbos._queue import Queue

from bot.errors import StateError
from bot.state.database import write_ahead

log = structlog.get_logger(__name__)

NAME = "pointsman"
VERSION = "1"  # of the workflows' step order: workflows begun under another version are not resumed
IDLE = 60.0  # seconds between two looks of dbos for what is not here: delayed workflows, schedules, queues
KEPT = 20  # workflows that are over, until dbos is asked which of them it has written down
OVER = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
PATIENCE: StepOptions = {
    "retries_allowed": True,
    "max_attempts": 20,
    "interval_seconds": 1.0,
    "backoff_rate": 1.5,
    "should_retry": lambda error: isinstance(error, StateError),
}


class Durable:
    """One per process. Register every workflow, then `launch`, then `start`.

    `listening` is the pause of dbos' listener, which nothing here is told by: `stop` waits for it once.
    """

    def __init__(self, path: Path, listening: timedelta = timedelta(seconds=1)) -> None:
        self._workflows: dict[str, Any] = {}
        self._active: set[str] = set()
        self._ending: set[str] = set()  # their functions have returned; dbos may still be writing that down
        self._guard = threading.Lock()
        write_ahead(path)
        DBOS(
            config={
                "name": NAME,
                "system_database_url": f"sqlite:///{path.resolve()}",
                "application_version": VERSION,
                "executor_id": NAME,
                "log_level": "ERROR",
                "notification_listener_polling_interval_sec": listening.total_seconds(),
                "scheduler_polling_interval_sec": IDLE,
            }
        )

    def register(self, name: str, run: Callable[[int], None]) -> None:
        """`run` takes the id of the row that holds everything else."""

        @DBOS.workflow(name=name)
        def workflow(number: int) -> None:
            with self._counted(f"{name}-{number}"):
                run(number)

        self._workflows[name] = workflow

    def launch(self) -> None:
        """Resumes what a crash cut off."""
        # dbos has no setting for these two: without them it asks and writes its journal every second, for nothing
        _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC = IDLE
        _scheduler._STARTUP_FAST_POLL_DURATION_SEC = 0.0
        DBOS.launch()
        # there are no queues but dbos' own, and it would ask its journal for others every second
        setattr(_get_dbos_instance()._sys_db, "list_queues", no_queues)  # noqa: B010
        # what a crash cut off comes by dbos' own queue, looked at every second; nothing else ever does
        if not DBOS.list_workflows(status=["PENDING", "ENQUEUED"], limit=1):
            _get_dbos_instance()._registry.get_internal_queue()._polling_interval_sec = IDLE

    def start(self, name: str, number: int) -> None:
        """Begins the workflow in its own thread; one that was ever begun is left alone, which dbos sees to."""
        key = f"{name}-{number}"
        if len(self._ending) > KEPT:
            self._ended()
        self._count(key)  # its thread may take a while to begin
        try:
            with SetWorkflowID(key):
                handle = DBOS.start_workflow(self._workflows[name], number)
            if isinstance(handle, WorkflowHandlePolling):  # it was begun before: nothing runs by this call
                self._discount(key)
        except BaseException:
            self._discount(key)
            raise

    def over(self, name: str, number: int) -> bool:
        """Whether the workflow was begun and will never run again, however it ended."""
        found = DBOS.get_workflow_status(f"{name}-{number}")
        return found is not None and found.status in OVER

    def step(self, name: str, act: Callable[..., Any], *arguments: object) -> Any:
        """The act's answer, remembered for ever (it must survive pickle). Waits out a locked or full database.

        Raises RuntimeError, which survives pickle too, for whatever else the act raised.
        """
        options: StepOptions = {**PATIENCE, "name": name}

        def tried() -> Any:
            try:
                return act(*arguments)
            except StateError:
                raise
            except Exception as error:
                log.exception("a step broke", step=name)
                raise RuntimeError(f"{type(error).__name__}: {error}") from error

        return DBOS.run_step(options, tried)

    @contextmanager
    def _counted(self, key: str) -> Iterator[None]:
        self._count(key)
        try:
            yield
        finally:
            self._discount(key)

    def _count(self, key: str) -> None:
        with self._guard:
            self._active.add(key)

    def _discount(self, key: str) -> None:
        with self._guard:
            self._active.discard(key)
            self._ending.add(key)

    def _ended(self) -> bool:
        """Whether all that was begun here is written down as over."""
        with self._guard:
            for key in list(self._ending):
                found = DBOS.get_workflow_status(key)
                if found is None or found.status in OVER:
                    self._ending.discard(key)
            return not self._active and not self._ending

    def stop(self) -> bool:
        """Lets go if nothing runs. If something does, it is left alone (False): pulling the journal from under it
        would look to it like a failure, while the end of the process is a crash, which it is made for.
        """
        if not self._ended():
            return False
        DBOS.destroy(destroy_registry=True)
        return True


def no_queues(**of: object) -> list[Queue]:
    """What dbos is told of queues that a program has named."""
    return []
