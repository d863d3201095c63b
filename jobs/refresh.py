"""Keeps the messages of running deploys true: steps and elapsed time."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 2.0  # seconds


class Refreshes(Protocol):
    """bot.engine.journal.Journal."""

    def refresh(self) -> None: ...


def register(scheduler: BaseScheduler, journal: Refreshes) -> None:
    def refresh() -> None:
        try:
            journal.refresh()
        except StateError as error:
            log.error("messages of deploys wait for the database", error=str(error))
        except Exception:
            log.exception("refreshing the messages of deploys failed; trying again")

    scheduler.add_job(
        refresh, "interval", seconds=EVERY, id="refresh", max_instances=1, coalesce=True, misfire_grace_time=None
    )
