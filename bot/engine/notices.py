"""What Slack is to show of incidents. Everything here runs inside its caller's transaction."""

from datetime import datetime, timedelta

from bot.engine.echoes import Echoes
from bot.engine.quiet import Quiet
from bot.engine.ways import Ways
from bot.messages import alert as single
from bot.messages import outbreak as several
from bot.messages.commands import prefixed
from bot.messages.flapping import calm_message, flapping_message
from bot.messages.members import listed
from bot.model import Content, Outgoing, Severity, Target
from bot.plan.flapping import KEPT, changes
from bot.plan.remedies import calming, offers, scene_of
from bot.state.incidents import Incidents
from bot.state.outbox import Outbox
from bot.watch import NOTHING, Alert, CheckState, Escalated, Panel, Silence


def key(outbreak: int) -> str:
    """The message in which an incident is told."""
    return f"incident:{outbreak}"


GATHERING = timedelta(seconds=10)  # before an alert leaves by another way: there it cannot be edited any more


class Notices:
    """`prefix` is how the workspace calls its commands; `ways` lead out beside Slack."""

    def __init__(
        self,
        incidents: Incidents,
        outbox: Outbox,
        quiet: Quiet,
        echoes: Echoes,
        prefix: str = "",
        ways: Ways | None = None,
    ) -> None:
        self._echoes = echoes
        self._ways = ways
        self._quiet = quiet
        self._incidents = incidents
        self._outbox = outbox
        self._prefix = prefix

    def joins(self, target: Target, host: str | None, release: str, wait: timedelta, now: datetime) -> int | None:
        """The message that takes in what goes down now: one of the same target, host or fresh release that grew within
        `wait`.
        """
        return self._incidents.fresh_outbreak(target, host, release, now - wait) if wait else None

    def show(self, outbreak: int, now: datetime, ended: bool = False) -> None:
        """Nothing of what a silence keeps back. `ended`: one of them did just now; when it was the last, that is said
        in the thread of a message that is in Slack. One that is not goes out closed: nobody needs to be told twice.
        """
        members = self._incidents.outbreak(outbreak)
        if not members:
            return
        message = self._message(members, now)
        self._put(Outgoing(key(outbreak), members[0].channel, message), now)
        if self._ways:
            _tell(self._ways, key(outbreak), message, members, now)
        self._echoes.show(members, message, _answer(members), now, ended)
        if len(members) > 1:
            self._reply(members[0], "list", listed(members), now)
        if any(one.ended is None for one in members):
            self._list_folded(members, now)
            return
        if self._outbox.holds(_folded(outbreak)):
            self._reply(members[0], "folded", several.unfolded(), now)
        if members[0].answered or (ended and self.is_in_slack(outbreak)):
            self._incidents.answer(outbreak)
            self._reply(members[0], "up", _answer(members), now)

    def _list_folded(self, members: list[Alert], now: datetime) -> None:
        """In the thread, once something was; edited from then on."""
        folded = self._folded(members)
        if folded or self._outbox.holds(_folded(members[0].outbreak)):
            self._reply(members[0], "folded", several.folded(folded), now)

    def show_silenced(self, silence: Silence, now: datetime) -> None:
        """All that is open, or flaps, where this silence lies, or lay."""
        told = [one for one in self._incidents.open_incidents() if one.told_at and silence.covers(one.incident.target)]
        for outbreak in sorted({one.outbreak for one in told}):
            self.show(outbreak, now)
        for check_id, state in self._quiet.flaps.standing().items():
            lead = self._quiet.flaps.lead(check_id, state.flapping_since) if state.flapping_since else None
            if lead and silence.covers(lead.incident.target):
                self.show_flapping(lead, now)

    def _message(self, members: list[Alert], now: datetime) -> Content:
        panel = self._panel([one for one in members if one.ended is None], now)
        return single.alert(members[0], panel) if len(members) == 1 else several.outbreak(members, panel)

    def _panel(self, still: list[Alert], now: datetime) -> Panel:
        if not still:
            return NOTHING
        scene = scene_of(still)
        silence = self._quiet.silence(still[0].incident.target, now)
        above = tuple(one.incident.check_id for one in self._folded(still))
        mixed = len({one.incident.target for one in still}) > 1
        return Panel(offers(scene), scene.down, scene.hosts, silence, above, mixed)

    def _folded(self, members: list[Alert]) -> list[Alert]:
        return self._quiet.foundations.folded([one.incident.target for one in members])

    def remind(self, facts: Alert, words: Content, now: datetime) -> None:
        """In the thread; each reminder is a message of its own."""
        self._reply(facts, f"reminder:{facts.incident.id}:{facts.reminders}", words, now)

    def others(self, facts: Alert) -> int:
        """How many more are down that are told in its message."""
        return sum(one.ended is None for one in self._incidents.outbreak(facts.outbreak)) - 1

    def escalate(self, facts: Alert, taken: Escalated, words: Content, now: datetime) -> None:
        """In the thread, and wherever this step leads."""
        self._reply(facts, f"escalation:{taken.id}", words, now)
        self.show(facts.outbreak, now)

    def reaches(self, way: str) -> bool:
        """Whether NOTIFY_URLS has a way of that name."""
        return self._echoes.reaches(way)

    def said(self, incident_id: int, name: str, words: Content, now: datetime) -> None:
        """What an act said, in the thread."""
        facts = self._incidents.get(incident_id)
        if facts:
            self._reply(facts, name, words, now)

    def has_said(self, facts: Alert, name: str) -> bool:
        """Whether that was put into the thread before."""
        return self._outbox.holds(f"{key(facts.outbreak)}:{name}")

    def flapping(self, check_id: str, state: CheckState, channel: str, now: datetime) -> None:
        """Said once, in a message of its own, which is edited from then on."""
        if state.flapping_since is None:
            return
        lead = self._quiet.flaps.lead(check_id, state.flapping_since)
        panel = self._calming(lead, now) if lead else NOTHING
        words = flapping_message(check_id, state, changes(state.past), KEPT, lead, panel)
        self._put(Outgoing(_flapping(check_id, state.flapping_since), channel, words), now)

    def _calming(self, lead: Alert, now: datetime) -> Panel:
        return Panel(calming(scene_of([lead])), silence=self._quiet.silence(lead.incident.target, now))

    def calm(self, check_id: str, since: datetime, state: CheckState, channel: str, now: datetime) -> None:
        """The same message, closed."""
        if self._outbox.holds(_flapping(check_id, since)):
            words = calm_message(check_id, since, state, now)
            self._put(Outgoing(_flapping(check_id, since), channel, words), now)

    def show_flapping(self, alert: Alert, now: datetime) -> None:
        """The message of its check, if that flaps and its buttons speak of this alert."""
        state = self._quiet.flaps.led_by(alert)
        if (
            state
            and state.flapping_since
            and self._outbox.holds(_flapping(alert.incident.check_id, state.flapping_since))
        ):
            self.flapping(alert.incident.check_id, state, alert.channel, now)

    def is_in_slack(self, outbreak: int) -> bool:
        return self._outbox.located(key(outbreak)) is not None

    def _reply(self, facts: Alert, name: str, words: Content, now: datetime) -> None:
        place = key(facts.outbreak)
        self._put(Outgoing(f"{place}:{name}", facts.channel, words, thread=place), now)

    def _put(self, message: Outgoing, now: datetime) -> None:
        shown = prefixed(message.content, self._prefix)
        self._outbox.put(Outgoing(message.key, message.channel, shown, message.thread), now)


def _tell(ways: Ways, place: str, message: Content, members: list[Alert], now: datetime) -> None:
    """A page goes by the other ways too. What has not left yet goes as it stands now; the end of what has left goes
    after it.
    """
    ways.reword(place, message)
    if any(one.ended is None for one in members):
        ways.tell(place, message, now, severity(members), GATHERING)
    else:
        ways.follow(place, f"{place}:up", _answer(members), now)


def severity(members: list[Alert]) -> Severity:
    """The gravest of them."""
    found = {one.sighting.severity for one in members}
    return Severity.PAGE if Severity.PAGE in found else Severity.WARN


def _folded(outbreak: int) -> str:
    return f"{key(outbreak)}:folded"


def _flapping(check_id: str, since: datetime) -> str:
    return f"flapping:{check_id}:{since.timestamp():.0f}"


def _answer(members: list[Alert]) -> Content:
    return single.answer(members[0]) if len(members) == 1 else several.answer(members)
