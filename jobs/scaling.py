"""Lets the rules of the fleet file change numbers of hosts."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 15.0  # seconds, as often as Kubernetes' HPA looks


class Sweeps(Protocol):
    """bot.engine.orchestrator.Orchestrator."""

    def sweep(self) -> None: ...


def register(scheduler: BaseScheduler, orchestrator: Sweeps) -> None:
    def sweep() -> None:
        try:
            orchestrator.sweep()
        except StateError as error:
            log.error("deciding about numbers of hosts waits for the database", error=str(error))
        except Exception:
            log.exception("deciding about numbers of hosts failed; trying again")

    scheduler.add_job(
        sweep, "interval", seconds=EVERY, id="scaling", max_instances=1, coalesce=True, misfire_grace_time=None
    )
