"""Where people ask for another number of hosts, hold it, and give it back to the rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.engine.doors import Doors
from bot.engine.eyes import Eyes
from bot.engine.outages import NUMBER
from bot.engine.scale_book import ScaleBook
from bot.engine.scale_weighing import Room, ScaleWeighing
from bot.engine.scaling import ScaleRuns
from bot.fleet import Fleet
from bot.fleet.duration import duration_text
from bot.grammar import Amount
from bot.messages.scale_refusals import used_words
from bot.model import Target
from bot.plan.known import find_place
from bot.refusals import Reason, Refusal
from bot.scales import Grip, Scaling, Stand

LASTS = timedelta(minutes=10)  # a question before anything moves
HOLDS, LONGEST = timedelta(hours=8), timedelta(days=7)  # as locks
FINISHED = (Stand.DONE, Stand.SHORT)


class ScaleDesk:
    def __init__(
        self,
        book: ScaleBook,
        runs: ScaleRuns,
        weighing: ScaleWeighing,
        doors: Doors,
        eyes: Eyes,
        fleet: Callable[[], Fleet],
    ) -> None:
        self._book = book
        self._runs = runs
        self._weighing = weighing
        self._doors = doors
        self._eyes = eyes
        self._fleet = fleet

    def ask(self, user: str, service: str, environment: str | None, amount: Amount) -> Scaling | Refusal:
        """The act, which has begun, or waits for a confirming click; or why not."""
        room = self._open(user, service, environment)
        draft = room if isinstance(room, Refusal) else self._weighing.weigh(room, user, amount)
        if isinstance(draft, Refusal):
            return draft
        access = self._fleet().access.get(draft.target.environment)
        return self._asked_first(draft, access is not None and access.confirm)

    def _asked_first(self, draft: Scaling, careful: bool) -> Scaling | Refusal:
        """Begun, or proposed where people want it so or the bot cannot see."""
        blind = self._eyes.words()
        return self._book.propose(replace(draft, seen=blind)) if careful or blind else self._begin(draft)

    def confirm(self, user: str, button: str) -> Scaling | Refusal:
        """The click: what was shown begins, if there are still as many hosts as then. Who goes is chosen anew. Who was
        not told that the bot cannot see is asked again.
        """
        asked = self.asked(user, button)
        if isinstance(asked, Refusal):
            return asked
        if self._book.clock.now() >= asked.created_at + LASTS:
            return Refusal(Reason.STALE, target=asked.target, scale=asked)
        room = self._weighing.room(asked.target)
        if isinstance(room, Refusal):
            return room
        if room.standing.desired != asked.before:
            return Refusal(Reason.OTHER_NUMBER, detail=str(room.standing.desired), target=asked.target)
        draft = self._weighing.draft(room, user, asked.after)
        if isinstance(draft, Refusal):
            return draft
        if set(draft.leave) != set(asked.leave):
            return Refusal(Reason.OTHER_NUMBER, detail="", target=asked.target)
        blind = self._eyes.words()
        if blind not in ("", asked.seen):
            return self._book.propose(replace(draft, seen=blind, undoes=asked.undoes))
        return self._begin(asked)

    def cancel(self, user: str, button: str) -> Scaling | Refusal:
        asked = self.asked(user, button)
        if isinstance(asked, Refusal):
            return asked
        return asked if self._book.cancel(asked) else self.used(asked)

    def undo(self, user: str, button: str) -> Scaling | Refusal:
        """By the number of the act, as long as nothing was changed there since. Slack has asked whether it is meant; it
        is asked again while the bot cannot see.
        """
        act = self._numbered(button)
        if isinstance(act, Refusal):
            return act
        closed = self._doors.closed_to_scale(user, act.target)
        room = closed or self._weighing.room(act.target)
        if isinstance(room, Refusal):
            return room
        last = next(iter(self._book.rows.newest(act.target, 1)), None)
        here = room.standing.desired
        if act.stand not in FINISHED or last is None or last.id != act.id or here not in (act.after, act.reached):
            return self._weighing.busy(act.target, False) or Refusal(
                Reason.OTHER_NUMBER, detail=str(here), target=act.target
            )
        return self._undone(user, act, room)

    def _undone(self, user: str, act: Scaling, room: Room) -> Scaling | Refusal:
        draft = self._weighing.weigh(room, user, Amount(act.before))
        return draft if isinstance(draft, Refusal) else self._asked_first(replace(draft, undoes=act.id), careful=False)

    def hold(self, user: str, service: str, environment: str | None, lease: timedelta | None) -> Grip | Refusal:
        target = self._ruled(user, service, environment)
        if isinstance(target, Refusal):
            return target
        if lease is not None and lease > LONGEST:
            return Refusal(Reason.HOLD_TOO_LONG, detail=duration_text(LONGEST), target=target)
        return self._book.hold(target, user, self._book.clock.now() + (lease or HOLDS))

    def give_back(self, user: str, service: str, environment: str | None) -> Target | Refusal:
        """Where the rules decide from now on; where nobody held it they do already."""
        target = self._ruled(user, service, environment)
        if not isinstance(target, Refusal):
            self._book.give_back(target, user)
        return target

    def _ruled(self, user: str, service: str, environment: str | None) -> Target | Refusal:
        target = find_place(self._fleet(), service, environment)
        if isinstance(target, Refusal):
            return target
        closed = self._doors.closed_to_scale(user, target)
        if closed:
            return closed
        return target if self._book.ruled(target) else Refusal(Reason.NOT_RULED, target=target)

    def _open(self, user: str, service: str, environment: str | None) -> Room | Refusal:
        target = find_place(self._fleet(), service, environment)
        if isinstance(target, Refusal):
            return target
        return self._doors.closed_to_scale(user, target) or self._weighing.room(target)

    def _begin(self, draft: Scaling) -> Scaling | Refusal:
        begun = self._book.begin(draft)
        if begun is None:
            used = self._book.rows.get(draft.id) if draft.id else None
            if used and used.stand is not Stand.PROPOSED:
                return self.used(used)
            return self._weighing.busy(draft.target, draft.shrinks) or Refusal(Reason.BUSY, target=draft.target)
        self._runs.start(begun.id)
        return begun

    def asked(self, user: str, button: str) -> Scaling | Refusal:
        """What waits for this person's click."""
        asked = self._numbered(button)
        if isinstance(asked, Refusal):
            return asked
        if asked.requester != user:
            return Refusal(Reason.NOT_YOURS, target=asked.target, scale=asked)
        if asked.stand is not Stand.PROPOSED:
            return self.used(asked)
        return self._doors.closed_to_scale(user, asked.target) or asked

    def used(self, asked: Scaling) -> Refusal:
        """For one that is clicked again."""
        fresh = self._book.rows.get(asked.id) or asked
        return Refusal(Reason.OVER, detail=used_words(fresh), target=asked.target)

    def _numbered(self, button: str) -> Scaling | Refusal:
        found = self._book.rows.get(int(button)) if NUMBER.fullmatch(button) else None
        return found or Refusal(Reason.OVER, detail="there is no such change of a number of hosts")
