"""One host more against an outage: asked for by an alert's button, or by the check itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.engine.doors import Doors
from bot.engine.eyes import Eyes
from bot.engine.outages import Outages
from bot.engine.scale_book import ScaleBook
from bot.engine.scale_weighing import ScaleWeighing
from bot.engine.scaling import ScaleRuns
from bot.grammar import Amount
from bot.messages.blind import UNSEEN
from bot.messages.scaling import relief_words
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
        self, db: Database, book: ScaleBook, runs: ScaleRuns, weighing: ScaleWeighing, doors: Doors, outages: Outages
    ) -> None:
        self._db, self._book, self._runs = db, book, runs
        self._weighing, self._doors, self._outages = weighing, doors, outages
        self._eyes = Eyes(db)

    def ask(self, user: str, incident: str, despite: str = "") -> Scaling | Unseen | Refusal:
        """The act, which has begun, or what is asked first, or why not; a late click gets the truth. `despite` is the
        blindness in which the asker has confirmed it.
        """
        alert = self._outages.open(incident)
        if isinstance(alert, Refusal):
            return alert
        closed = self._doors.closed_to_scale(user, alert.incident.target)
        unseen = closed or self._eyes.doubt(alert.incident, Kind.SCALE, despite)
        return unseen or self._begin(alert.incident, user, times=f", {UNSEEN}" if self._eyes.shut() else "")

    def by_itself(self, outage: Incident, still: Callable[[], bool], times: str) -> Scaling | Refusal:
        """`still` is asked once more in the transaction that begins it; `times` says which of how many it is."""
        return self._begin(outage, THE_BOT, still, f", {times}")

    def done(self, target: Target, since: datetime) -> list[Scaling]:
        """What checks themselves began there since then, the newest first."""
        return self._book.rows.reliefs(target, THE_BOT, since)

    def _begin(
        self, outage: Incident, user: str, still: Callable[[], bool] = always, times: str = ""
    ) -> Scaling | Refusal:
        room = self._weighing.room(outage.target)
        draft = room if isinstance(room, Refusal) else self._weighing.weigh(room, user, ONE_MORE)
        if isinstance(draft, Refusal):
            return draft
        seen = f"incident {outage.id}: {outage.cause}"
        with self._db.transaction():
            free = self._outages.offers(outage.id) and still()
            act = self._book.begin(replace(draft, incident=outage.id, seen=seen)) if free else None
            if act:
                self._outages.note(outage.id, f"{relief_words(act)}{times}", self._book.clock.now(), offering=True)
        if act is None:
            return self._lost(outage)
        self._runs.start(act.id)
        return act

    def _lost(self, outage: Incident) -> Refusal:
        """Who won: one click, one effect."""
        late = self._outages.open(str(outage.id))
        if isinstance(late, Refusal):
            return late
        return self._weighing.busy(outage.target, shrinking=False) or Refusal(Reason.BUSY, target=outage.target)
