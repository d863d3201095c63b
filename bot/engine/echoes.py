"""Shows an escalated alert wherever else it was told, and how it ends.

Everything here joins its caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.engine.ways import Ways
from bot.messages.commands import prefixed
from bot.messages.escalation import copy
from bot.model import Content, Outgoing
from bot.state.database import Database
from bot.state.escalations import Escalations
from bot.state.outbox import Outbox
from bot.watch import Alert, Escalated


class Echoes:
    """`prefix` is how the workspace calls its commands; `ways` lead out beside Slack."""

    def __init__(self, db: Database, prefix: str = "", ways: Ways | None = None) -> None:
        self._escalations = Escalations(db)
        self._outbox = Outbox(db)
        self._ways = ways
        self._prefix = prefix

    def show(self, members: Sequence[Alert], message: Content, answer: Content, now: datetime, ended: bool) -> None:
        """`message` is the alert as it looks now, `answer` the end of it in a line. `ended`: that came just now."""
        over = all(one.ended for one in members)
        for taken in self._escalations.of(members[0].outbreak):
            shown = copy(message, taken, members[0].channel)
            if taken.channel:
                self._copy(taken, shown, answer if over else None, now, ended)
            elif taken.way:
                self._send(taken, shown, answer if over else None, now)

    def _copy(self, taken: Escalated, shown: Content, answer: Content | None, now: datetime, ended: bool) -> None:
        """The end is said in its thread too, unless it goes out closed: nobody needs to be told twice."""
        place = f"incident:{taken.outbreak}:copy:{taken.id}"
        self._put(Outgoing(place, taken.channel, shown), now)
        if answer and (self._outbox.holds(f"{place}:up") or (ended and self._outbox.located(place))):
            self._put(Outgoing(f"{place}:up", taken.channel, answer, thread=place), now)

    def _send(self, taken: Escalated, shown: Content, answer: Content | None, now: datetime) -> None:
        """What has not left yet goes as it stands now; the end of what has left follows it."""
        if self._ways is None:
            return
        place = f"escalation:{taken.id}"
        self._ways.reword(place, shown)
        if answer:
            self._ways.follow(place, f"{place}:up", answer, now)
        else:
            self._ways.call(place, shown, now, (taken.way,))

    def reaches(self, way: str) -> bool:
        """Whether NOTIFY_URLS has a way of that name."""
        return self._ways is not None and way in self._ways.names()

    def _put(self, message: Outgoing, now: datetime) -> None:
        shown = prefixed(message.content, self._prefix)
        self._outbox.put(Outgoing(message.key, message.channel, shown, message.thread), now)
