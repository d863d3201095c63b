"""Takes a changed fleet file within seconds."""

from apscheduler.schedulers.base import BaseScheduler

from bot.engine.fleets import FleetKeeper

EVERY = 2.0  # seconds


def register(scheduler: BaseScheduler, keeper: FleetKeeper) -> None:
    scheduler.add_job(keeper.reload, "interval", seconds=EVERY, id="fleet", max_instances=1, coalesce=True)
