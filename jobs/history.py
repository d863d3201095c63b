"""Rolls up the history of checks, and forgets what is old of it."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 5.0  # minutes; there is something to do once an hour


class RollsUp(Protocol):
    """bot.engine.history.Archive."""

    def roll_up(self) -> None: ...


def register(scheduler: BaseScheduler, archive: RollsUp) -> None:
    def roll_up() -> None:
        try:
            archive.roll_up()
        except StateError as error:
            log.error("the history of checks is rolled up later", error=str(error))
        except Exception:
            log.exception("rolling up the history of checks failed; trying again")

    scheduler.add_job(
        roll_up, "interval", minutes=EVERY, id="history", max_instances=1, coalesce=True, misfire_grace_time=None
    )
