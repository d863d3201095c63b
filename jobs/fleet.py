"""Takes a changed fleet file within seconds."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 2.0  # seconds


class Reloads(Protocol):
    """bot.engine.fleets.FleetKeeper."""

    def reload(self) -> None: ...


def register(scheduler: BaseScheduler, keeper: Reloads) -> None:
    def reload() -> None:
        try:
            keeper.reload()
        except StateError as error:
            log.error("a changed fleet file waits for the database", error=str(error))
        except Exception:
            log.exception("reading the fleet file failed; trying again")

    scheduler.add_job(
        reload, "interval", seconds=EVERY, id="fleet", max_instances=1, coalesce=True, misfire_grace_time=None
    )
