"""The line as people join and leave it: row, audit and message in one transaction."""

from bot.engine.journal import Journal
from bot.messages.queue import ended_message, ended_reply, newer_words, waiting_message
from bot.model import Content, Target
from bot.queue import Left, Place, Waiter
from bot.refusals import Refusal
from bot.state.database import Database
from bot.state.queue import Queue
from bot.trail import THE_BOT, What


class QueueBook:
    def __init__(self, db: Database, journal: Journal) -> None:
        self.rows = Queue(db)
        self._journal = journal
        self._shown: dict[int, Content] = {}  # spares a write each second; a new process writes once more

    def join(self, waiter: Waiter, behind: Refusal, only_latest: bool) -> Place:
        """At the end of the line, or where the same person waits with the same command already."""
        with self._journal.transaction():
            joined = self.rows.join(waiter)
            if joined:
                what, subject = What.QUEUE_JOINED, f"place {joined.id} in line"
                self._journal.audit.note(joined.asker, what, subject, joined.target, after=joined.command)
                if only_latest:
                    self.replace(joined.target, joined.id, joined.command, joined.asker)
            line = self.rows.line(waiter.target)
            number = next(at for at, one in enumerate(line, 1) if _same(one, waiter))
            place = Place(line[number - 1], number, behind)
            self.show(place)
            return place

    def show(self, place: Place) -> None:
        """Its message, where that would change."""
        message = waiting_message(place)
        if self._shown.get(place.waiter.id) == message:
            return
        with self._journal.transaction() as now:
            standing = self.rows.get(place.waiter.id)
            if standing and standing.how is None:
                self._journal.post(_key(standing), message, now)
                self._shown[standing.id] = message

    def replace(self, target: Target, newest: int | None, command: str, asker: str) -> None:
        """All that wait there but the newest fall out."""
        for waiter in self.rows.line(target):
            if waiter.id != newest:
                self.end(waiter, Left.REPLACED, asker, newer_words(command, asker))

    def end(self, waiter: Waiter, how: Left, by: str, why: str = "", deploy: int | None = None) -> Waiter | None:
        """None when it had ended before. `by` empty: the bot; `why` is mrkdwn."""
        with self._journal.transaction() as now:
            ended = self.rows.end(waiter.id, how, by, now, deploy)
            if ended is None:
                return None
            subject, after = (
                f"place {ended.id} in line",
                how.value if deploy is None else f"{how.value}: deploy {deploy}",
            )
            self._journal.audit.note(by or THE_BOT, What.QUEUE_ENDED, subject, ended.target, why, ended.command, after)
            self._journal.post(_key(ended), ended_message(ended, why), now)
            if by != ended.asker or how is Left.BEGUN:
                self._journal.say(_key(ended), "ended", ended_reply(ended, why), now)
            self._shown.pop(ended.id, None)
            return ended


def _key(waiter: Waiter) -> str:
    return f"queue:{waiter.id}"


def _same(one: Waiter, other: Waiter) -> bool:
    return (one.asker, one.command) == (other.asker, other.command)
