"""Looks after open incidents: ends silences whose time is over, tells what is still down, and reminds."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds


class Sweeps(Protocol):
    """bot.engine.vigil.Vigil."""

    def sweep(self) -> None: ...


def register(scheduler: BaseScheduler, vigil: Sweeps) -> None:
    def sweep() -> None:
        try:
            vigil.sweep()
        except StateError as error:
            log.error("open incidents wait for the database", error=str(error))
        except Exception:
            log.exception("looking after incidents failed; trying again")

    scheduler.add_job(
        sweep, "interval", seconds=EVERY, id="incidents", max_instances=1, coalesce=True, misfire_grace_time=None
    )
