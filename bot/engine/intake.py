"""Takes in what other systems say: the same incidents, messages and silences as for the bot's own checks.

So many reports as are written quickly are one transaction: a flood holds up nobody else's. What was told before is
known by rows: whatever is sent again after a crash or after an answer that got lost changes nothing.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.engine.clock import Clock
from bot.engine.doors import Doors
from bot.engine.incidents import Herald
from bot.engine.outages import Outages
from bot.fleet import Fleet
from bot.messages.foreign import closing_note
from bot.model import Action, Incident
from bot.plan.foreign.news import News, news
from bot.plan.foreign.place import place
from bot.plan.remedies import backdrop_of
from bot.refusals import Reason, Refusal
from bot.reports import Report
from bot.secrecy import Hidden, without
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.state.reports import Reports
from bot.watch import Alert, Ended, Sighting

AT_ONCE = 50  # some 7 ms each


@dataclass(frozen=True, slots=True)
class Taken:
    """How many began and ended something; the rest said nothing new."""

    begun: int = 0
    ended: int = 0


class Intake:
    """`herald` is its own, of nobody else; `hidden` is what every word passes through: without secrets. May be called
    from any thread. Raises StateError: then send it again.
    """

    def __init__(
        self,
        db: Database,
        herald: Herald,
        outages: Outages,
        doors: Doors,
        fleet: Callable[[], Fleet],
        clock: Clock,
        hidden: Hidden = str,
    ) -> None:
        self._db = db
        self._reports, self._incidents = Reports(db), Incidents(db)
        self._herald = herald
        self._outages = outages
        self._doors = doors
        self._fleet = fleet
        self._clock = clock
        self._hidden = hidden
        self._turn = threading.Lock()  # the herald gathers what it touches

    def take(self, reports: Sequence[Report]) -> Taken:
        """Each in its order."""
        reports = [without(report, self._hidden) for report in reports]
        found: list[News] = []
        for first in range(0, len(reports), AT_ONCE):
            with self._telling() as now:
                found += [self._one(report, now) for report in reports[first : first + AT_ONCE]]
        return Taken(found.count(News.BEGINS), found.count(News.ENDS))

    @contextmanager
    def _telling(self) -> Iterator[datetime]:
        """One transaction; at its end the messages of what was touched are brought up to date."""
        with self._turn:
            try:
                with self._db.transaction():
                    now = self._clock.now()
                    yield now
                    self._herald.tell(now)
            finally:
                self._herald.forget()

    def _one(self, report: Report, now: datetime) -> News:
        what, heard = news(report, self._reports.heard(report.key), now)
        self._reports.save(report.key, report.source, heard, now)
        if what is News.BEGINS:
            return what if self._begin(report, now) else News.NOTHING
        if what is News.ENDS:
            return what if self._herald.over(report.key, Ended.UP, min(report.at, now), now) else News.NOTHING
        return what

    def _begin(self, report: Report, now: datetime) -> bool:
        fleet = self._fleet()
        found = place(report, fleet)
        backdrop = backdrop_of(fleet, found.target)
        sighting = Sighting(
            asked=f"{report.name} on {report.host}" if report.host and not found.host else report.name,
            action=Action.ROLLBACK if found.known else Action.RUNBOOK,
            streak=0,
            runbook=report.runbook or backdrop.runbook,
            severity=report.severity,
            hosts=backdrop.hosts,
            steps=backdrop.steps,
            replaceable=backdrop.replaceable,
            source=report.source,
            link=report.link,
        )
        began = min(report.at, now)
        draft = Incident(0, report.key, found.target, began, report.cause, found.host)
        return self._herald.reported(draft, sighting, fleet.channels.alerts, now, found.known)

    def close(self, user: str, number: str, reason: str) -> Alert | Refusal:
        """By hand, for what a silent sender would leave open for ever; a check's own outage ends when it is up."""
        found = self._outages.open(number)
        if isinstance(found, Refusal):
            return found
        if not found.sighting.source:
            return Refusal(Reason.NOT_BY_HAND, number, target=found.incident.target)
        closed = self._doors.closed(user, found.incident.target)
        return closed or self._close(user, found, reason)

    def _close(self, user: str, facts: Alert, reason: str) -> Alert | Refusal:
        number = facts.incident.id
        with self._telling() as now:
            if not self._herald.over(facts.incident.check_id, Ended.CLOSED, now, now, user, reason):
                return Refusal(Reason.OVER, detail="it has just ended")
            self._incidents.annotate(number, closing_note(user, reason), False)
        return self._incidents.get(number) or facts
