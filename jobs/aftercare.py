"""Watches the checks of deploys that are done, and rolls back what goes down."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds


class Sweeps(Protocol):
    """bot.engine.aftercare.AftercareDesk."""

    def sweep(self) -> None: ...


def register(scheduler: BaseScheduler, desk: Sweeps) -> None:
    def sweep() -> None:
        try:
            desk.sweep()
        except StateError as error:
            log.error("the watch over finished deploys waits for the database", error=str(error))
        except Exception:
            log.exception("watching finished deploys failed; trying again")

    scheduler.add_job(
        sweep, "interval", seconds=EVERY, id="aftercare", max_instances=1, coalesce=True, misfire_grace_time=None
    )
