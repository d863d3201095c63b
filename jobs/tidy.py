"""Forgets once a day what need not be kept."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 24.0  # hours


class Tidies(Protocol):
    """bot.engine.keeping.Keeping."""

    def tidy(self) -> int: ...


def register(scheduler: BaseScheduler, keeping: Tidies) -> None:
    def tidy() -> None:
        try:
            if number := keeping.tidy():
                log.info("old messages are forgotten", number=number)
        except StateError as error:
            log.error("old messages are forgotten tomorrow", error=str(error))
        except Exception:
            log.exception("forgetting old messages failed; trying again tomorrow")

    scheduler.add_job(tidy, "interval", hours=EVERY, id="tidy", max_instances=1, coalesce=True, misfire_grace_time=None)
