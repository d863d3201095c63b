"""The job of the sweep."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.testing import capture_logs

from jobs import uptime
from tests.engine.watching import World
from tests.waiting import eventually


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db")
    yield world
    world.close()


@pytest.fixture
def scheduler() -> Iterator[BackgroundScheduler]:
    scheduler = BackgroundScheduler()
    yield scheduler
    scheduler.shutdown()


def test_sweeps_run_by_themselves_one_at_a_time(world: World, scheduler: BackgroundScheduler) -> None:
    uptime.register(scheduler, world.monitor)
    scheduler.start()
    [job] = scheduler.get_jobs()
    assert (job.id, job.max_instances, job.coalesce, job.trigger.interval.total_seconds()) == ("uptime", 2, True, 0.5)
    eventually(lambda: world.targets.swept > 1)


def test_a_sweep_that_breaks_is_logged_and_the_next_one_runs(world: World, scheduler: BackgroundScheduler) -> None:
    world.targets.broken = True
    uptime.register(scheduler, world.monitor)
    with capture_logs() as logs:
        scheduler.start()
        eventually(lambda: world.targets.swept > 1)
    assert logs[0]["event"] == "a sweep of the uptime checks failed; the next one follows"
    assert logs[0]["exc_info"] is True


def test_a_sweep_that_waits_is_not_joined_by_a_second_and_nobody_complains(
    scheduler: BackgroundScheduler, caplog: pytest.LogCaptureFixture
) -> None:
    gate, begun = threading.Event(), threading.Event()

    class Waits:
        count = 0

        def sweep(self) -> None:
            self.count += 1
            begun.set()
            gate.wait(60)

    waits = Waits()
    uptime.register(scheduler, waits)
    scheduler.start()
    assert begun.wait(60)
    [job] = scheduler.get_jobs()
    due = job.next_run_time + timedelta(seconds=3 * uptime.EVERY)
    eventually(lambda: scheduler.get_jobs()[0].next_run_time > due, timeout=60)
    assert waits.count == 1
    gate.set()
    eventually(lambda: waits.count > 1, timeout=60)
    assert "maximum number of running instances" not in caplog.text
