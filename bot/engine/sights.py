"""Checks and outages closely, for /status checks and /status incidents."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.engine.clock import Clock
from bot.fleet import Fleet
from bot.histogram import quantile
from bot.model import Target
from bot.plan.known import find_service
from bot.plan.showing import HOURS, hours
from bot.refusals import Refusal
from bot.rolls import Span
from bot.showing import Outages, Trace, Traces
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.state.reports import Reports
from bot.state.rolls import Rolls
from bot.watch import Alert, Ended, Vitals

LATELY = timedelta(days=30)
MOST = 500


class Sights:
    """Both raise StateError when the database cannot be read."""

    def __init__(
        self, db: Database, vitals: Callable[[Target], Vitals], fleet: Callable[[], Fleet], clock: Clock
    ) -> None:
        self._incidents, self._rolls = Incidents(db), Rolls(db)
        self._reports = Reports(db)
        self._vitals, self._fleet, self._clock = vitals, fleet, clock

    def outages(self) -> Outages:
        """Of the last 30 days."""
        now = self._clock.now()
        found = self._incidents.lately(now - LATELY, MOST + 1)
        unchecked, closed = (_ended(found, how) for how in (Ended.UNCHECKED, Ended.CLOSED))
        foreign = {alert.incident.check_id: alert.incident.id for alert in found if _is_foreign(alert)}
        spoke = {foreign[key]: at for key, at in self._reports.spoke(foreign).items()}
        incidents = tuple(alert.incident for alert in found[:MOST])
        return Outages(now, LATELY, incidents, len(found) <= MOST, unchecked, closed, spoke)

    def checks(self, service: str) -> Traces | Refusal:
        """Each check of the service with its latency by the hour."""
        fleet, now = self._fleet(), self._clock.now()
        refusal = find_service(fleet, service)
        if isinstance(refusal, Refusal):
            return refusal
        places = [target for target in fleet.targets() if target.service == service]
        checks = [(target, check) for target in places for check in self._vitals(target).checks]
        rolls = self._rolls.read([check.id for _, check in checks], Span.HOUR, Span.HOUR.number(now) - HOURS)
        return Traces(
            service,
            tuple(
                Trace(
                    target,
                    check,
                    hours(
                        {
                            roll.number: (quantile(roll.latency, 0.5), quantile(roll.latency, 0.95))
                            for roll in rolls.get(check.id, ())
                        },
                        now,
                    ),
                )
                for target, check in checks
            ),
        )


def _ended(alerts: Iterable[Alert], how: Ended) -> frozenset[int]:
    return frozenset(alert.incident.id for alert in alerts if alert.ended is how)


def _is_foreign(alert: Alert) -> bool:
    """Open, and somebody else's."""
    return alert.ended is None and bool(alert.sighting.source)
