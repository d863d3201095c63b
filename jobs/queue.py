"""Gives each deploy that stands in line its turn."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds; with an empty line one look at the database


class Serves(Protocol):
    """bot.engine.queue_desk.QueueDesk."""

    def serve(self) -> None: ...


def register(scheduler: BaseScheduler, queue: Serves) -> None:
    def serve() -> None:
        try:
            queue.serve()
        except StateError as error:
            log.error("deploys in line wait for the database", error=str(error))
        except Exception:
            log.exception("serving the line failed; trying again")

    scheduler.add_job(
        serve, "interval", seconds=EVERY, id="queue", max_instances=1, coalesce=True, misfire_grace_time=None
    )
