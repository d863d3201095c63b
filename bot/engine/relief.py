"""Machines against an outage: one more, asked for by an alert's button or by the check itself; or a new one in the
place of one that is down.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.engine.doors import Doors
from bot.engine.eyes import Eyes
from bot.engine.outages import Outages
from bot.engine.replacing import ReplaceDesk
from bot.engine.scale_book import ScaleBook
from bot.engine.scale_weighing import ScaleWeighing
from bot.engine.scaling import ScaleRuns
from bot.grammar import Amount
from bot.messages.blind import UNSEEN
from bot.messages.scaling import relief_words
from bot.messages.words import escape
from bot.model import Incident, Target
from bot.refusals import Reason, Refusal
from bot.remedies import Kind
from bot.scales import Scaling
from bot.state.database import Database
from bot.trail import THE_BOT
from bot.watch import Unseen

ONE_MORE = Amount(1, "+")


def always() -> bool:
    """A person's click is counted by nobody."""
    return True


class Relief:
    def __init__(
        self,
        db: Database,
        book: ScaleBook,
        runs: ScaleRuns,
        weighing: ScaleWeighing,
        replacing: ReplaceDesk,
        doors: Doors,
        outages: Outages,
    ) -> None:
        self._db, self._book, self._runs = db, book, runs
        self._weighing, self._replacing = weighing, replacing
        self._doors, self._outages = doors, outages
        self._eyes = Eyes(db)

    def ask(self, user: str, incident: str, despite: str = "") -> Scaling | Unseen | Refusal:
        """The act, which has begun, or what is asked first, or why not; a late click gets the truth. `despite` is the
        blindness in which the asker has confirmed it.
        """
        alert = self._outages.acted_on(incident)
        if isinstance(alert, Refusal):
            return alert
        closed = self._doors.closed_to_scale(user, alert.incident.target)
        unseen = closed or self._eyes.doubt(alert.incident, Kind.SCALE, despite)
        return unseen or self._add(alert.incident, user, times=self._unseen())

    def replace(self, user: str, button: str, despite: str = "") -> Scaling | Unseen | Refusal:
        """The same for a new machine; `button` names the incident, and the host that stood on it."""
        number, _, host = button.partition(":")
        alert = self._outages.open(number)
        if isinstance(alert, Refusal):
            return alert
        outage = alert.incident
        if host not in self._outages.hosts(outage.id):
            return Refusal(Reason.OVER, detail=f"{host} of {outage.target} is not down any more")
        closed = self._doors.closed(user, outage.target)
        unseen = closed or self._eyes.doubt(outage, Kind.REPLACE, despite, (host,), host)
        return unseen or self._begin(outage, self._replacing.draft(user, outage.target, host), self._unseen())

    def _unseen(self) -> str:
        return f", {UNSEEN}" if self._eyes.shut() else ""

    def by_itself(self, outage: Incident, still: Callable[[], bool], times: str) -> Scaling | Refusal:
        """`still` is asked once more in the transaction that begins it; `times` says which of how many it is."""
        return self._add(outage, THE_BOT, still, f", {times}")

    def done(self, target: Target, since: datetime) -> list[Scaling]:
        """What checks themselves began there since then, the newest first."""
        return self._book.rows.reliefs(target, THE_BOT, since)

    def _add(
        self, outage: Incident, user: str, still: Callable[[], bool] = always, times: str = ""
    ) -> Scaling | Refusal:
        room = self._weighing.room(outage.target)
        draft = room if isinstance(room, Refusal) else self._weighing.weigh(room, user, ONE_MORE)
        return self._begin(outage, draft, times, still)

    def _begin(
        self, outage: Incident, draft: Scaling | Refusal, times: str, still: Callable[[], bool] = always
    ) -> Scaling | Refusal:
        if isinstance(draft, Refusal):
            return draft
        seen = f"incident {outage.id}: {escape(outage.cause)}"
        with self._db.transaction():
            free = self._outages.offers(outage.id) and still()
            act = self._book.begin(replace(draft, incident=outage.id, seen=seen)) if free else None
            if act:
                self._outages.note(outage.id, f"{relief_words(act)}{times}", self._book.clock.now(), offering=True)
        if act is None:
            return self._lost(outage, bool(draft.replaces))
        self._runs.start(act.id)
        return act

    def _lost(self, outage: Incident, shrinking: bool) -> Refusal:
        """Who won: one click, one effect."""
        late = self._outages.acted_on(str(outage.id))
        if isinstance(late, Refusal):
            return late
        return self._weighing.busy(outage.target, shrinking) or Refusal(Reason.BUSY, target=outage.target)
