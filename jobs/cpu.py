"""Reads once a minute how busy every service is."""

from datetime import UTC, datetime
from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 60.0  # seconds


class Sweeps(Protocol):
    """bot.engine.cpu.CpuBook."""

    def sweep(self) -> None: ...


def register(scheduler: BaseScheduler, book: Sweeps) -> None:
    def sweep() -> None:
        try:
            book.sweep()
        except StateError as error:
            log.error("the CPU of this minute is lost: the database", error=str(error))
        except Exception:
            log.exception("reading the CPU failed; trying again in a minute")

    scheduler.add_job(
        sweep,
        "interval",
        seconds=EVERY,
        id="cpu",
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
        next_run_time=datetime.now(UTC),
    )
