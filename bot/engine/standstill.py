"""What the orchestrator says once: that it stands still and why, that it goes on, that a few hosts are far busier."""

from datetime import timedelta

from bot.engine.scale_book import ScaleBook
from bot.fleet.scale import Scale
from bot.messages.orchestrator import deciding_again, lopsided_message, standing_still
from bot.model import Target
from bot.scaling import Decision, Load
from bot.state.database import Database
from bot.state.scale_notes import Notes

PATIENCE = {
    "blind": timedelta(minutes=1),  # the cloud cannot be read
    "no data": timedelta(minutes=5),
    "stuck": timedelta(minutes=1),  # whoever should go may not
}
HOT = "hot"


class Standstill:
    """What passes within its patience is not said at all."""

    def __init__(self, db: Database, book: ScaleBook) -> None:
        self._db = db
        self._notes = Notes(db)
        self._book = book
        self._standing: frozenset[tuple[Target, str]] = frozenset()

    def look(self) -> None:
        """Once before each sweep: what stands is read for all services together."""
        self._standing = self._notes.standing()

    def begin(self, target: Target, topic: str, why: str) -> None:
        """`why` is plain text."""
        now = self._book.clock.now()
        since = self._notes.since(target, topic, now)
        if now - since < PATIENCE[topic]:
            return
        with self._db.transaction():
            if self._notes.say(target, topic):
                self._book.post(_key(target, topic, since.timestamp()), standing_still(target, why, since))

    def end(self, target: Target, topic: str) -> None:
        if (target, topic) not in self._standing:
            return
        now = self._book.clock.now()
        with self._db.transaction():
            since = self._notes.over(target, topic)
            if since:
                self._book.post(_key(target, topic, since.timestamp()), deciding_again(target, now - since))

    def hot(self, target: Target, decision: Decision, policy: Scale, loads: tuple[Load, ...]) -> None:
        """Once it has lasted as long as a number is averaged: a moment's peak is nothing."""
        now = self._book.clock.now()
        since = self._notes.since(target, HOT, now)
        if now - since < policy.over:
            return
        with self._db.transaction():
            if self._notes.say(target, HOT):
                message = lopsided_message(target, decision, policy, loads)
                self._book.post(_key(target, HOT, since.timestamp()), message)

    def cool(self, target: Target) -> None:
        if (target, HOT) in self._standing:
            self._notes.over(target, HOT)


def _key(target: Target, topic: str, since: float) -> str:
    return f"scale-{topic.replace(' ', '-')}:{target.service}/{target.environment}:{int(since)}"
