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
from dbos import DBOS, SetWorkflowID, StepOptions

from bot.errors import StateError

log = structlog.get_logger(__name__)

NAME = "pointsman"
VERSION = "1"  # of the workflows' step order: workflows begun under another version are not resumed
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
        self._running = 0
        self._guard = threading.Lock()
        DBOS(
            config={
                "name": NAME,
                "system_database_url": f"sqlite:///{path.resolve()}",
                "application_version": VERSION,
                "executor_id": NAME,
                "log_level": "ERROR",
                "notification_listener_polling_interval_sec": listening.total_seconds(),
            }
        )

    def register(self, name: str, run: Callable[[int], None]) -> None:
        """`run` takes the id of the row that holds everything else."""

        @DBOS.workflow(name=name)
        def workflow(number: int) -> None:
            with self._counted():
                run(number)

        self._workflows[name] = workflow

    def launch(self) -> None:
        """Resumes what a crash cut off."""
        DBOS.launch()

    def start(self, name: str, number: int) -> None:
        """Begins the workflow in its own thread; one that was ever begun is left alone."""
        key = f"{name}-{number}"
        if DBOS.get_workflow_status(key) is None:
            with SetWorkflowID(key):
                DBOS.start_workflow(self._workflows[name], number)

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
    def _counted(self) -> Iterator[None]:
        with self._guard:
            self._running += 1
        try:
            yield
        finally:
            with self._guard:
                self._running -= 1

    def stop(self) -> bool:
        """Lets go if nothing runs. If something does, it is left alone (False): pulling the journal from under it
        would look to it like a failure, while the end of the process is a crash, which it is made for.
        """
        with self._guard:
            if self._running:
                return False
        DBOS.destroy(destroy_registry=True)
        return True
