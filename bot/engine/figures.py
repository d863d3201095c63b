"""Sends the bot's own figures away, some minutes' worth at a time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.engine.clock import Clock
from bot.errors import CloudError
from bot.figures import Figure
from bot.fleet import Fleet
from bot.model import Target
from bot.plan.figures import of_deploy, of_vitals, of_waits
from bot.records import Deploy
from bot.state.database import Database
from bot.state.deploys import Deploys
from bot.state.figure_marks import FigureMarks
from bot.timings import Timings
from bot.watch import Vitals

log = structlog.get_logger(__name__)

OLDEST = timedelta(days=13)  # what is older is told no more: CloudWatch takes two weeks
Committed = Callable[[str, str], datetime | None]
"""When a commit was made, by its repository and full SHA; None where that is not known."""


class FigureBook:
    """What could not be sent goes along the next time: deploys also after a restart. The rest is of the moment."""

    def __init__(
        self,
        db: Database,
        vitals: Callable[[Target], Vitals],
        fleet: Callable[[], Fleet],
        alerts: Timings,
        committed: Committed,
        put: Callable[[Sequence[Figure]], None],
        clock: Clock,
    ) -> None:
        self._deploys, self._marks = Deploys(db), FigureMarks(db)
        self._vitals, self._fleet, self._committed, self._put, self._clock = vitals, fleet, committed, put, clock
        self._alerts = alerts
        self._seen = alerts.seen()[0]
        self._began = clock.now()

    def send(self) -> None:
        now = self._clock.now()
        since = max(self._marks.read() or self._began, now - OLDEST)
        seen = self._alerts.seen()[0]
        figures = [figure for target in self._fleet().targets() for figure in of_vitals(self._vitals(target), now)]
        figures += [one for deploy in self._deploys.ended(since, now) for one in self._of_deploy(deploy)]
        figures += of_waits("AlertDelivery", self._seen, seen, now)
        try:
            self._put(figures)
        except CloudError as error:
            log.error("the bot's own figures could not be sent; they go along the next time", error=str(error))
            return
        self._seen = seen
        self._marks.move(now)

    def _of_deploy(self, deploy: Deploy) -> list[Figure]:
        service = self._fleet().service(deploy.target.service)
        committed = self._committed(service.repo, deploy.release.sha) if service and service.repo else None
        return of_deploy(deploy, committed)
