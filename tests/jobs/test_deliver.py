import threading
from collections.abc import Callable, Iterator

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.testing import capture_logs

from bot.errors import DatabaseFull
from jobs import deliver
from tests.waiting import eventually


class Runs:
    """A deliverer of which only the runs count."""

    def __init__(self, act: Callable[[int], None]) -> None:
        self._act = act
        self.count = 0

    def run_once(self) -> int:
        self.count += 1
        self._act(self.count)
        return 0


@pytest.fixture
def scheduler() -> Iterator[BackgroundScheduler]:
    scheduler = BackgroundScheduler()
    scheduler.start()
    yield scheduler
    scheduler.shutdown()


def fail(error: Exception) -> Callable[[int], None]:
    def act(count: int) -> None:
        if count <= 2:
            raise error

    return act


@pytest.mark.parametrize(
    ("error", "line", "traced"),
    [
        (DatabaseFull("no room on the disk"), "messages wait for the database", False),
        (ZeroDivisionError(), "delivering messages failed; trying again", True),
    ],
)
def test_a_run_that_fails_is_logged_and_the_next_one_comes(
    scheduler: BackgroundScheduler, error: Exception, line: str, traced: bool
) -> None:
    runs = Runs(fail(error))
    with capture_logs() as said:
        deliver.register(scheduler, runs)
        eventually(lambda: runs.count >= 4)
    assert [(entry["event"], bool(entry.get("exc_info"))) for entry in said] == [(line, traced)] * 2


def test_a_slow_run_is_not_joined_by_a_second_and_nobody_complains(
    scheduler: BackgroundScheduler, caplog: pytest.LogCaptureFixture
) -> None:
    released, alone, twice = threading.Event(), threading.Lock(), []

    def act(count: int) -> None:
        if not alone.acquire(blocking=False):
            twice.append(count)
            return
        released.wait(10)
        alone.release()

    runs, ticks = Runs(act), []
    scheduler.add_job(lambda: ticks.append(1), "interval", seconds=deliver.EVERY)
    deliver.register(scheduler, runs)
    eventually(lambda: len(ticks) >= 4)
    assert runs.count == 1
    released.set()
    eventually(lambda: runs.count >= 2)
    assert twice == []
    assert caplog.records == []
