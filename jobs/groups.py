"""Lets Auto Scaling groups go that deploys have held still and that have ended."""

from datetime import UTC, datetime
from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 30.0  # seconds


class Tidies(Protocol):
    """bot.engine.group_care.GroupCare."""

    def tidy(self) -> object: ...


def register(scheduler: BaseScheduler, care: Tidies) -> None:
    def tidy() -> None:
        try:
            care.tidy()
        except StateError as error:
            log.error("scaling groups wait for the database", error=str(error))
        except Exception:
            log.exception("letting scaling groups go failed; trying again")

    scheduler.add_job(
        tidy,
        "interval",
        seconds=EVERY,
        id="groups",
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
        next_run_time=datetime.now(UTC),
    )
