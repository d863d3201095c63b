"""Begins what shall go out by other ways than Slack, once a second; it is carried in threads of its own."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds


class Runs(Protocol):
    """bot.engine.courier.Courier."""

    def run_once(self) -> int: ...


def register(scheduler: BaseScheduler, courier: Runs) -> None:
    def dispatch() -> None:
        try:
            courier.run_once()
        except StateError as error:
            log.error("messages by other ways wait for the database", error=str(error))
        except Exception:
            log.exception("sending messages by other ways failed; trying again")

    scheduler.add_job(
        dispatch, "interval", seconds=EVERY, id="dispatch", max_instances=1, coalesce=True, misfire_grace_time=None
    )
