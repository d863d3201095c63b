"""The job of the sweep."""

from collections.abc import Iterator
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
    assert (job.id, job.max_instances, job.coalesce, job.trigger.interval.total_seconds()) == ("uptime", 1, True, 1.0)
    eventually(lambda: world.targets.swept > 1)


def test_a_sweep_that_breaks_is_logged_and_the_next_one_runs(world: World, scheduler: BackgroundScheduler) -> None:
    world.targets.broken = True
    uptime.register(scheduler, world.monitor)
    with capture_logs() as logs:
        scheduler.start()
        eventually(lambda: world.targets.swept > 1)
    assert logs[0]["event"] == "a sweep of the uptime checks failed; the next one follows"
    assert logs[0]["exc_info"] is True
