"""Counts once a minute how the machines of every service stand in their cloud."""

from datetime import UTC, datetime
from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

log = structlog.get_logger(__name__)

EVERY = 60.0  # seconds


class Looks(Protocol):
    """bot.engine.musters.Musters."""

    def look(self) -> None: ...


def register(scheduler: BaseScheduler, musters: Looks) -> None:
    def look() -> None:
        try:
            musters.look()
        except Exception:
            log.exception("counting machines failed; trying again in a minute")

    scheduler.add_job(
        look,
        "interval",
        seconds=EVERY,
        id="musters",
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
        next_run_time=datetime.now(UTC),
    )
