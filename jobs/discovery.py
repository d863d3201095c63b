"""Looks for hosts that are found by tags."""

from datetime import UTC, datetime
from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 30.0  # seconds


class Looks(Protocol):
    """bot.engine.discovery.Discovery."""

    def look(self) -> None: ...


def register(scheduler: BaseScheduler, discovery: Looks) -> None:
    def look() -> None:
        try:
            discovery.look()
        except StateError as error:
            log.error("found hosts wait for the database", error=str(error))
        except Exception:
            log.exception("looking for hosts failed; trying again")

    scheduler.add_job(
        look,
        "interval",
        seconds=EVERY,
        id="discovery",
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
        next_run_time=datetime.now(UTC),
    )
