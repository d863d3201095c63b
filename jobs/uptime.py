"""The sweep of the uptime checks, once a second."""

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.engine.monitor import Monitor

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds: the shortest interval of a check


def register(scheduler: BaseScheduler, monitor: Monitor) -> None:
    """One job for all checks. A sweep that is late is run once, not made up for."""

    def sweep() -> None:
        try:
            monitor.sweep()
        except Exception:
            log.exception("a sweep of the uptime checks failed; the next one follows")

    scheduler.add_job(
        sweep, "interval", seconds=EVERY, id="uptime", max_instances=1, coalesce=True, misfire_grace_time=None
    )
