"""Sends the bot's own figures away."""

from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 300.0  # seconds


class Sends(Protocol):
    """bot.engine.figures.FigureBook."""

    def send(self) -> None: ...


def register(scheduler: BaseScheduler, book: Sends) -> None:
    def send() -> None:
        try:
            book.send()
        except StateError as error:
            log.error("the bot's own figures wait for the database", error=str(error))
        except Exception:
            log.exception("sending the bot's own figures failed; trying again")

    scheduler.add_job(
        send, "interval", seconds=EVERY, id="figures", max_instances=1, coalesce=True, misfire_grace_time=None
    )
