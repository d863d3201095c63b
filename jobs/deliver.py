"""Carries the outbox to Slack, four times a second."""

import threading
from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 0.25  # seconds: what is new is in Slack before a person wonders


class Runs(Protocol):
    """bot.engine.outbox.Deliverer."""

    def run_once(self) -> int: ...


def register(scheduler: BaseScheduler, deliverer: Runs) -> None:
    """One run at a time. A second one that begins while Slack is slow ends at once: with max_instances=1 APScheduler
    would log a warning four times a second.
    """
    running = threading.Lock()

    def deliver() -> None:
        if not running.acquire(blocking=False):
            return
        try:
            deliverer.run_once()
        except StateError as error:
            log.error("messages wait for the database", error=str(error))
        except Exception:
            log.exception("delivering messages failed; trying again")
        finally:
            running.release()

    scheduler.add_job(
        deliver, "interval", seconds=EVERY, id="deliver", max_instances=2, coalesce=True, misfire_grace_time=None
    )
