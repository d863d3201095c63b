"""Where alerts of a service are silenced and unsilenced, and told when that is over."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.engine.doors import Doors
from bot.engine.journal import Journal
from bot.engine.notices import Notices
from bot.engine.outages import Outages
from bot.fleet import Fleet, duration_text
from bot.messages.silences import silence_message
from bot.messages.words import date
from bot.model import Incident, Target
from bot.plan.known import find_service, find_target
from bot.plan.silence import LONGEST, maintenance
from bot.refusals import Reason, Refusal
from bot.state.database import Database
from bot.state.silences import Silences
from bot.trail import THE_BOT, What
from bot.watch import Maintenance, Silence

BUTTON = timedelta(hours=1)  # how long a click silences
SHOWN = 80  # characters of a cause in the reason


class SilenceDesk:
    def __init__(
        self,
        db: Database,
        journal: Journal,
        doors: Doors,
        notices: Notices,
        outages: Outages,
        fleet: Callable[[], Fleet],
    ) -> None:
        self._silences = Silences(db)
        self._journal = journal
        self._doors = doors
        self._notices = notices
        self._outages = outages
        self._fleet = fleet

    def silence(
        self, user: str, service: str, environment: str | None, lease: timedelta, reason: str
    ) -> Silence | Refusal:
        """The silence that has begun. One that lies there already ends: its time or reason was not the right one."""
        place = self._place(user, service, environment)
        if isinstance(place, Refusal):
            return place
        if lease > LONGEST:
            return Refusal(Reason.SILENCE_TOO_LONG, service, detail=f"{LONGEST.days} days")
        with self._journal.transaction() as now:
            return self._begin(Silence(service, place, user, reason.strip(), now, now + lease), now)

    def _begin(self, wanted: Silence, now: datetime) -> Silence:
        self._end(self._there(wanted.service, wanted.environment), wanted.by, now)
        begun = self._silences.begin(wanted)
        self._told(begun, What.SILENCE_BEGUN, wanted.by, now)
        return begun

    def silence_alert(self, user: str, incident: str) -> Silence | Refusal:
        """From an alert's button: an hour for its target. Of two clicks the second is told of the first."""
        found = self._of_alert(user, incident)
        if isinstance(found, Refusal):
            return found
        target = found.target
        with self._journal.transaction() as now:
            there = self._over(target, now)
            if there:
                until = date(there[0].until, "{time}")
                return Refusal(Reason.SILENCED, str(there[0]), (there[0].by,), detail=until, target=target)
            reason = f"incident {found.id}, {found.cause[:SHOWN]}"
            return self._begin(Silence(target.service, target.environment, user, reason, now, now + BUTTON), now)

    def unsilence_alert(self, user: str, incident: str) -> list[Silence] | Refusal:
        """From an alert's button: every silence by a person that covers its target."""
        found = self._of_alert(user, incident)
        if isinstance(found, Refusal):
            return found
        with self._journal.transaction() as now:
            live = self._over(found.target, now)
            return self._end(live, user, now) if live else Refusal(Reason.NOT_SILENCED, str(found.target))

    def _of_alert(self, user: str, number: str) -> Incident | Refusal:
        """The open incident, if this person may do something about it."""
        alert = self._outages.acted_on(number)
        if isinstance(alert, Refusal):
            return alert
        return self._doors.closed(user, alert.incident.target) or alert.incident

    def _over(self, target: Target, now: datetime) -> list[Silence]:
        """Those by people that cover it now."""
        return [one for one in self._silences.standing() if one.covers(target) and one.live(now)]

    def unsilence(self, user: str, service: str, environment: str | None) -> list[Silence] | Refusal:
        """Those that were ended; without an environment every one of the service."""
        place = self._place(user, service, environment)
        if isinstance(place, Refusal):
            return place
        with self._journal.transaction() as now:
            found = [one for one in self._of(service) if place is None or one.environment == place]
            live = [one for one in found if one.live(now)]
            if not live:
                return Refusal(Reason.NOT_SILENCED, f"{service} in {place}" if place else service)
            return self._end(live, user, now)

    def standing(self) -> tuple[list[Silence], list[Maintenance]]:
        """All that is silenced now, by people and by windows of the fleet file."""
        now, fleet = self._journal.clock.now(), self._fleet()
        silences = [one for one in self._silences.standing() if one.live(now)]
        return silences, [window for target in fleet.targets() for window in maintenance(target, fleet, now)]

    def lapse(self) -> None:
        """Writes down the end of silences whose time is over; they keep nothing back as it is."""
        now = self._journal.clock.now()
        if any(not one.live(now) for one in self._silences.standing()):
            with self._journal.transaction() as now:
                self._end([one for one in self._silences.standing() if not one.live(now)], "", now)

    def _place(self, user: str, service: str, environment: str | None) -> str | Refusal | None:
        """The environment's name, None for all of them; or why this person may not."""
        found = find_service(self._fleet(), service)
        if isinstance(found, Refusal):
            return found
        targets = [target for target in self._fleet().targets() if target.service == service]
        if environment:
            target = find_target(self._fleet(), service, environment)
            if isinstance(target, Refusal):
                return target
            targets = [target]
        closed = (self._doors.closed(user, target) for target in targets)
        return next((no for no in closed if no), targets[0].environment if environment else None)

    def _of(self, service: str) -> list[Silence]:
        return [one for one in self._silences.standing() if one.service == service]

    def _there(self, service: str, environment: str | None) -> list[Silence]:
        return [one for one in self._of(service) if one.environment == environment]

    def _end(self, silences: list[Silence], user: str, now: datetime) -> list[Silence]:
        """Those that this call ended. A silence ends at its time, however late that is written down."""
        ended = [self._silences.end(one.id, user if one.live(now) else "", min(now, one.until)) for one in silences]
        for one in ended:
            if one:
                self._told(one, What.SILENCE_ENDED, one.ended_by, now)
        return [one for one in ended if one]

    def _told(self, silence: Silence, what: What, by: str, now: datetime) -> None:
        """In the audit, in the channel of alerts, and in the alerts that it covers."""
        subject, target = f"silence {silence.id} of {silence}", Target(silence.service, silence.environment or "")
        lasts = duration_text(silence.until - silence.since)
        self._journal.audit.note(by or THE_BOT, what, subject, target, silence.reason, after=lasts)
        channel = self._fleet().channels.alerts
        self._journal.post(f"silence:{silence.id}", silence_message(silence), now, channel)
        self._notices.show_silenced(silence, now)
