"""Ends silences whose time is over, and tells what is still down."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds


class Sweeps(Protocol):
    """bot.engine.silence_desk.SilenceDesk."""

    def sweep(self) -> None: ...


def register(scheduler: BaseScheduler, desk: Sweeps) -> None:
    def sweep() -> None:
        try:
            desk.sweep()
        except StateError as error:
            log.error("silences that are over wait for the database", error=str(error))
        except Exception:
            log.exception("ending silences failed; trying again")

    scheduler.add_job(
        sweep, "interval", seconds=EVERY, id="silences", max_instances=1, coalesce=True, misfire_grace_time=None
    )
