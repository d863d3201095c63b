"""Looks after open incidents: tells those that a silence kept back, takes acknowledgements, reminds, escalates."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from bot.engine.audit import Audit
from bot.engine.clock import Clock
from bot.engine.escalation import Escalating
from bot.engine.notices import Notices
from bot.engine.outages import Outages
from bot.engine.quiet import Quiet
from bot.fleet import Fleet
from bot.messages.alert import reminder
from bot.plan.reminders import is_due
from bot.refusals import Reason, Refusal
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.trail import What
from bot.watch import Alert


class Lapses(Protocol):
    """bot.engine.silence_desk.SilenceDesk."""

    def lapse(self) -> None: ...


class Vigil:
    """`groups` gives group ids by handle, for mentions. `sweep` may run in several processes at once: each reminder and
    each step of an escalation is written once.
    """

    def __init__(
        self,
        db: Database,
        notices: Notices,
        outages: Outages,
        silences: Lapses,
        groups: Callable[[], Mapping[str, str]],
        fleet: Callable[[], Fleet],
        clock: Clock,
    ) -> None:
        self._db = db
        self._incidents = Incidents(db)
        self._checks = Checks(db)
        self._notices = notices
        self._outages = outages
        self._silences = silences
        self._groups = groups
        self._fleet = fleet
        self._clock = clock
        self._quiet = Quiet(db, fleet)
        self._audit = Audit(db, clock)
        self._escalating = Escalating(db, notices, self._quiet, groups, fleet, clock)

    def acknowledge(self, user: str, number: str) -> Alert | Refusal:
        """By the incident's number; the second is told who was first."""
        with self._db.transaction():
            now = self._clock.now()
            found = self._outages.open(number)
            if isinstance(found, Refusal):
                return found
            taken = self._incidents.acknowledge(found.incident.id, user, now)
            if taken is None:
                return Refusal(
                    Reason.ACKNOWLEDGED, number, known=(found.acknowledged_by,), target=found.incident.target
                )
            subject = f"incident {taken.incident.id} {taken.incident.check_id}"
            self._audit.note(user, What.INCIDENT_ACKNOWLEDGED, subject, taken.incident.target, taken.incident.cause)
            self._notices.show(taken.outbreak, now)
            return taken

    def sweep(self) -> None:
        """One look at every open incident."""
        self._silences.lapse()
        if self._incidents.untold():
            with self._db.transaction():
                self._tell_untold(self._clock.now())
        waiting = self._incidents.unacknowledged()
        self._escalating.sweep(waiting)
        due = [alert for alert in waiting if self._is_due(alert, self._clock.now())]
        groups = self._groups() if due else {}  # asked of Slack, so never within a transaction
        for alert in due:
            self._remind(alert, groups)

    def _tell_untold(self, now: datetime) -> None:
        """What went down while something kept it back, and is down now that nothing does."""
        touched: set[int] = set()
        for kept in self._incidents.untold():
            target, host = kept.incident.target, kept.incident.host
            state = self._checks.states([kept.incident.check_id]).get(kept.incident.check_id)
            if not self._quiet.keeps(kept.incident, state, now):
                outbreak = self._notices.joins(target, host, kept.release, self._fleet().alerts.group_wait, now)
                told = self._incidents.tell(kept.incident.id, now, outbreak)
                touched |= {told.outbreak} if told else set()
        for outbreak in sorted(touched):
            self._notices.show(outbreak, now)

    def _is_due(self, alert: Alert, now: datetime) -> bool:
        """What has not come to Slack yet is not repeated there."""
        every = self._fleet().alerts.remind_every
        due = every is not None and is_due(alert, every, now) and not self._quiet.covers(alert.incident.target, now)
        return due and self._notices.is_in_slack(alert.outbreak)

    def _remind(self, alert: Alert, groups: Mapping[str, str]) -> None:
        service = self._fleet().service(alert.incident.target.service)
        with self._db.transaction():
            now = self._clock.now()
            counted = self._incidents.remind(alert.incident.id, alert.reminders, now)
            if counted:
                words = reminder(counted, service.owners if service else (), groups, now, self._notices.others(counted))
                self._notices.remind(counted, words, now)
