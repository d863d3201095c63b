"""The sweep of the uptime checks, twice a second."""

import threading
from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

log = structlog.get_logger(__name__)

EVERY = 0.5  # seconds: how late a check may be asked, and its answer be recorded


class Sweeps(Protocol):
    """bot.engine.monitor.Monitor."""

    def sweep(self) -> None: ...


def register(scheduler: BaseScheduler, monitor: Sweeps) -> None:
    """One job for all checks. A sweep that is late is run once, not made up for; one that begins while another waits
    for the database ends at once: with max_instances=1 APScheduler would log a warning each time.
    """
    running = threading.Lock()

    def sweep() -> None:
        if not running.acquire(blocking=False):
            return
        try:
            monitor.sweep()
        except Exception:
            log.exception("a sweep of the uptime checks failed; the next one follows")
        finally:
            running.release()

    scheduler.add_job(
        sweep, "interval", seconds=EVERY, id="uptime", max_instances=2, coalesce=True, misfire_grace_time=None
    )
