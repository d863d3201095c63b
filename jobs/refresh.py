"""Keeps the messages of running deploys true: steps and elapsed time."""

from apscheduler.schedulers.base import BaseScheduler

from bot.engine.journal import Journal

EVERY = 2.0  # seconds


def register(scheduler: BaseScheduler, journal: Journal) -> None:
    scheduler.add_job(journal.refresh, "interval", seconds=EVERY, id="refresh", max_instances=1, coalesce=True)
