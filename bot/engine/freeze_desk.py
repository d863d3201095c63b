"""Where environments are frozen by hand and unfrozen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.engine.doors import Doors
from bot.engine.holds import Holds
from bot.engine.journal import Journal
from bot.fleet import Fleet
from bot.holds import Freeze
from bot.messages.freezes import freeze_message
from bot.model import Target
from bot.plan.known import find_environment
from bot.plan.until import instant_of
from bot.refusals import Reason, Refusal
from bot.state.database import Database
from bot.state.freezes import Freezes
from bot.trail import THE_BOT, What


class FreezeDesk:
    def __init__(self, db: Database, journal: Journal, holds: Holds, doors: Doors, fleet: Callable[[], Fleet]) -> None:
        self._freezes = Freezes(db)
        self._journal = journal
        self._holds = holds
        self._doors = doors
        self._fleet = fleet

    def freeze(self, user: str, environment: str, reason: str, day: str, time: str, zone: str) -> Freeze | Refusal:
        """`day`, `time` and `zone` as `/deploy freeze … until DAY TIME ZONE` names them; all empty: no end."""
        name = find_environment(self._fleet(), environment)
        if isinstance(name, Refusal):
            return name
        closed = self._doors.closed(user, Target("", name))
        if closed:
            return closed
        if not reason.strip():
            return Refusal(Reason.NO_REASON, environment)
        with self._journal.transaction() as now:
            until = instant_of(day, time, zone, self._fleet().freezes.get(name, ()), now)
            if isinstance(until, str):
                return Refusal(Reason.UNCLEAR_TIME, environment, detail=until)
            self.lapse()
            begun = self._freezes.begin(Freeze(name, user, reason.strip(), now, until))
            if begun is None:
                return Refusal(Reason.FROZEN_ALREADY, name, frozen=self._holds.frozen(name))
            return self._told(begun, What.FREEZE_BEGUN, user, now)

    def unfreeze(self, user: str, environment: str) -> Freeze | Refusal:
        """By whoever froze it, or whoever may force. The ended freeze."""
        name = find_environment(self._fleet(), environment)
        if isinstance(name, Refusal):
            return name
        with self._journal.transaction() as now:
            standing = self._freezes.of(name)
            if standing is None or not standing.live(now):
                frozen = self._holds.frozen(name)
                return Refusal(Reason.IN_THE_FILE if frozen else Reason.NOT_FROZEN, name, frozen=frozen)
            closed = None if user == standing.by else self._doors.closed_to_force(user, Target("", name))
            if closed:
                return replace(closed, frozen=self._holds.frozen(name))
            ended = self._freezes.end(standing.id, user, now)
            return self._told(ended, What.FREEZE_ENDED, user, now) if ended else Refusal(Reason.NOT_FROZEN, name)

    def lapse(self) -> None:
        """Writes down the end of freezes whose time is over; they hold nobody back as it is."""
        with self._journal.transaction() as now:
            for freeze in self._freezes.lapsed(now):
                ended = self._freezes.end(freeze.id, "", freeze.until or now)
                if ended:
                    self._told(ended, What.FREEZE_ENDED, "", now)

    def _told(self, freeze: Freeze, what: What, by: str, now: datetime) -> Freeze:
        """In the audit and in the channel."""
        subject, target = f"freeze {freeze.id} of {freeze.environment}", Target("", freeze.environment)
        frozen = f"frozen until {freeze.until.isoformat() if freeze.until else 'unfrozen'}"
        states = ("", frozen) if what is What.FREEZE_BEGUN else (frozen, "unfrozen" if by else "its time was over")
        self._journal.audit.note(by or THE_BOT, what, subject, target, freeze.reason, *states)
        self._journal.post(f"freeze:{freeze.id}", freeze_message(freeze), now)
        return freeze
