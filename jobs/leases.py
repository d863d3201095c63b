"""Ends locks and freezes whose time is over, so that their messages say so."""

from collections.abc import Callable
from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import StateError

log = structlog.get_logger(__name__)

EVERY = 2.0  # seconds; what is over holds nobody back in the meantime


class Lapses(Protocol):
    """bot.engine.lock_desk.LockDesk and bot.engine.freeze_desk.FreezeDesk."""

    def lapse(self) -> None: ...


def register(scheduler: BaseScheduler, locks: Lapses, freezes: Lapses) -> None:
    for name, desk in (("locks", locks), ("freezes", freezes)):
        scheduler.add_job(
            _sweep(name, desk.lapse),
            "interval",
            seconds=EVERY,
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )


def _sweep(name: str, lapse: Callable[[], None]) -> Callable[[], None]:
    def sweep() -> None:
        try:
            lapse()
        except StateError as error:
            log.error(f"{name} that are over wait for the database", error=str(error))
        except Exception:
            log.exception(f"ending {name} failed; trying again")

    return sweep
