"""Lets checks act by themselves where the fleet file says so."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds


class Sweeps(Protocol):
    """bot.engine.self_acts.SelfActs."""

    def sweep(self) -> None: ...


def register(scheduler: BaseScheduler, acts: Sweeps) -> None:
    def sweep() -> None:
        try:
            acts.sweep()
        except StateError as error:
            log.error("what would be done by itself waits for the database", error=str(error))
        except Exception:
            log.exception("acting by itself failed; trying again")

    scheduler.add_job(
        sweep, "interval", seconds=EVERY, id="self_acts", max_instances=1, coalesce=True, misfire_grace_time=None
    )
