"""Turns flips into incidents and their messages. Everything here runs inside its caller's transaction."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.audit import Audit
from bot.engine.notices import Notices
from bot.engine.quiet import Quiet
from bot.fleet import Check
from bot.model import Changed, Health, Incident, Target
from bot.plan.remedies import fresh_release
from bot.state.incidents import Incidents
from bot.trail import THE_BOT, What
from bot.watch import Alert, Backdrop, CheckState, Ended, Flip, Sighting


class Herald:
    """`wait` gives how long after one outage another is told in its message."""

    def __init__(
        self,
        incidents: Incidents,
        notices: Notices,
        changes: Callable[[Target, datetime], Changed | None],
        audit: Audit,
        quiet: Quiet,
        wait: Callable[[], timedelta],
    ) -> None:
        self._wait = wait
        self._touched: dict[int, bool] = {}  # by outbreak: whether one of it ended
        self._quiet = quiet
        self._incidents = incidents
        self._audit = audit
        self._notices = notices
        self._changes = changes

    def flipped(
        self, flip: Flip, check: Check, state: CheckState, backdrop: Backdrop, channel: str, now: datetime
    ) -> None:
        """One row and one message per outage, whoever finds it first; no message while the target is silenced."""
        if flip.to is Health.DOWN:
            opened = self._open(flip, check, state, backdrop, channel, now)
            if opened:
                self._note(opened, What.INCIDENT_OPENED, Health.UP.value, Health.DOWN.value)
                self._touched.setdefault(opened.outbreak, False)
                self._fold(opened)
        else:
            self.over(check.id, Ended.UP, flip.at, now)

    def _open(
        self, flip: Flip, check: Check, state: CheckState, backdrop: Backdrop, channel: str, now: datetime
    ) -> Alert | None:
        sighting = Sighting(
            asked=asked(check),
            action=check.action,
            streak=state.streak,
            runbook=backdrop.runbook,
            changed=self._changes(check.target, flip.at),
            severity=check.severity,
            hosts=backdrop.hosts,
            steps=backdrop.steps,
            replaceable=backdrop.replaceable,
        )
        draft = Incident(0, check.id, check.target, flip.at, state.cause, check.host)
        return self._begin(draft, sighting, channel, now, state)

    def _begin(
        self,
        draft: Incident,
        sighting: Sighting,
        channel: str,
        now: datetime,
        state: CheckState | None = None,
        offering: bool = True,
    ) -> Alert | None:
        silenced = self._quiet.keeps(draft, state, now)
        release = fresh_release(sighting.changed, draft.started_at)
        outbreak = None if silenced else self._notices.joins(draft.target, draft.host, release, self._wait(), now)
        return self._incidents.open(draft, sighting, channel, now, silenced, outbreak, offering, release)

    def reported(self, draft: Incident, sighting: Sighting, channel: str, now: datetime, offering: bool) -> bool:
        """What somebody else says is down; False when that is open already. `offering`: the bot can act there."""
        changed = self._changes(draft.target, draft.started_at) if offering else None
        opened = self._begin(draft, replace(sighting, changed=changed), channel, now, offering=offering)
        if opened:
            self._note(opened, What.INCIDENT_OPENED, Health.UP.value, Health.DOWN.value)
            self._touched.setdefault(opened.outbreak, False)
            self._fold(opened)
        return opened is not None

    def over(self, check_id: str, how: Ended, at: datetime, now: datetime, by: str = THE_BOT, why: str = "") -> bool:
        """The end of an outage; False when nothing of it is open. `by` a person, who says `why`."""
        ended = self._incidents.end(check_id, how, at, now)
        if ended:
            self._note(ended, What.INCIDENT_ENDED, Health.DOWN.value, how.value, by, why)
            self._touched[ended.outbreak] = True
            self._fold(ended)
        return ended is not None

    def _fold(self, alert: Alert) -> None:
        """What is not told by itself is listed where its cause is."""
        if alert.told_at is None:
            for outbreak in self._quiet.foundations.under(alert.incident.target):
                self._touched.setdefault(outbreak, False)

    def followed(self, check: Check, before: CheckState, after: CheckState, channel: str, now: datetime) -> None:
        """Says once that a check flaps, and in the same message that it is calm again; nothing within a silence."""
        since = before.flapping_since
        if after.flapping_since and since is None and not self._quiet.covers(check.target, now):
            self._lead_anew(check, after.flapping_since)
            self._notices.flapping(check.id, after, channel, now)
        elif since and after.flapping_since is None:
            self._notices.calm(check.id, since, after, channel, now)

    def _lead_anew(self, check: Check, since: datetime) -> None:
        """The buttons go by what changed last before it flapped, and count once more; those of an outage that is open
        stand as they are.
        """
        lead = self._quiet.flaps.lead(check.id, since)
        if lead:
            changed = self._changes(check.target, since)
            self._incidents.offer_anew(lead.incident.id, replace(lead.sighting, changed=changed))

    def tell(self, now: datetime) -> None:
        """Brings the messages of all that flipped since the last time up to date: each once, however many are in it."""
        touched, self._touched = self._touched, {}
        for outbreak, ended in touched.items():
            self._notices.show(outbreak, now, ended)

    def forget(self) -> None:
        """The transaction of these flips was undone."""
        self._touched = {}

    def _note(self, facts: Alert, what: What, before: str, after: str, who: str = THE_BOT, why: str = "") -> None:
        incident = facts.incident
        subject = f"incident {incident.id} {incident.check_id}"
        self._audit.note(who, what, subject, incident.target, why or incident.cause, before, after)

    def unchecked(self, checks: Collection[str], now: datetime) -> None:
        """Ends the open incidents of all checks but these."""
        for orphan in self._incidents.orphans(checks):
            self.over(orphan.incident.check_id, Ended.UNCHECKED, now, now)

    def annotate(self, incident_id: int, note: str, offering: bool, now: datetime) -> None:
        """Writes the note into the incident and into what was already said of it."""
        noted = self._incidents.annotate(incident_id, note, offering)
        if noted:
            self._notices.show(noted.outbreak, now)
            self._notices.show_flapping(noted, now)


def asked(check: Check) -> str:
    """`GET https://…`, without the name and password that an address may hold."""
    return str(check.question)
