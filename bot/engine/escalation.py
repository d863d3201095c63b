"""Tells more people of an outage that nobody acknowledges: each step of the fleet file once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from bot.engine.clock import Clock
from bot.engine.notices import Notices
from bot.engine.quiet import Quiet
from bot.fleet import Fleet
from bot.fleet.escalation import Escalation
from bot.messages.alert import reminder
from bot.messages.escalation import passed_on
from bot.plan.escalation import due_steps
from bot.state.database import Database
from bot.state.escalations import Escalations
from bot.state.incidents import Incidents
from bot.watch import Alert

log = structlog.get_logger(__name__)


class Escalating:
    """`groups` gives group ids by handle, for mentions. `sweep` may run in several processes at once: who takes a step
    is settled by a row.
    """

    def __init__(
        self,
        db: Database,
        notices: Notices,
        quiet: Quiet,
        groups: Callable[[], Mapping[str, str]],
        fleet: Callable[[], Fleet],
        clock: Clock,
    ) -> None:
        self._db = db
        self._incidents, self._escalations = Incidents(db), Escalations(db)
        self._notices = notices
        self._quiet = quiet
        self._groups = groups
        self._fleet = fleet
        self._clock = clock

    def sweep(self, waiting: Sequence[Alert]) -> None:
        """`waiting` are the first of each message that nobody has acknowledged."""
        now = self._clock.now()
        due = [(alert, name, step) for alert in waiting for name, step in self._due(alert, now)]
        named = any(step.notify for _, _, step in due)
        groups = self._groups() if named else {}  # asked of Slack, so never within a transaction
        for alert, name, step in due:
            self._take(alert, name, step, groups)

    def _due(self, alert: Alert, now: datetime) -> list[tuple[str, Escalation]]:
        """What has not come to Slack yet is not passed on there; other ways out do not wait for it."""
        steps = self._fleet().escalation(alert.incident.target.service)
        if not due_steps(alert, steps, (), now):
            return []
        due = due_steps(alert, steps, {one.step for one in self._escalations.of(alert.outbreak)}, now)
        if not due or self._quiet.covers(alert.incident.target, now):
            return []
        in_slack = self._notices.is_in_slack(alert.outbreak)
        return [(name, step) for name, step in due if in_slack or step.way]

    def _take(self, alert: Alert, name: str, step: Escalation, groups: Mapping[str, str]) -> None:
        """Whether it is still wanted is looked at again in the transaction that takes it."""
        with self._db.transaction():
            now = self._clock.now()
            fresh = next((one for one in self._incidents.unacknowledged() if one.outbreak == alert.outbreak), None)
            if fresh is None or self._quiet.covers(fresh.incident.target, now):
                return
            taken = self._escalations.take(alert.outbreak, name, now, step.channel or "", step.way or "")
            if taken is None:
                return
            if step.notify:
                words = reminder(fresh, (step.notify,), groups, now, self._notices.others(fresh))
            else:
                words = passed_on(fresh, taken, self._notices.reaches(taken.way), now)
            self._notices.escalate(fresh, taken, words, now)
        log.warning("an outage that nobody acknowledges is escalated", outbreak=alert.outbreak, step=name)
