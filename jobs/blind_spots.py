"""Says which checks cannot be asked for a while, and when they can again."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 10.0  # seconds


class Looks(Protocol):
    """bot.engine.blind_spots.SpotWarden."""

    def look(self) -> None: ...


def register(scheduler: BaseScheduler, warden: Looks) -> None:
    def look() -> None:
        try:
            warden.look()
        except StateError as error:
            log.error("telling of checks that cannot be asked waits for the database", error=str(error))
        except Exception:
            log.exception("looking at checks that cannot be asked failed; trying again")

    scheduler.add_job(
        look, "interval", seconds=EVERY, id="blind_spots", max_instances=1, coalesce=True, misfire_grace_time=None
    )
