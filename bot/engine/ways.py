"""Writes what shall go out by other ways than Slack. Everything here joins its caller's transaction.

For whoever has something to tell: `tell` by severity, `call` by name.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.letters import Letter, entry_of
from bot.messages.commands import prefixed
from bot.messages.letter import letter
from bot.model import Content, Severity
from bot.plan.ways import takes
from bot.state.database import Database
from bot.state.dispatches import Dispatches

AT_ONCE = timedelta(0)


class Ways:
    """`known` are the ways of NOTIFY_URLS (bot/letters.py): what words each has, by its name. `prefix` is how the
    workspace calls its commands.
    """

    def __init__(self, db: Database, known: Mapping[str, Collection[str]] | None = None, prefix: str = "") -> None:
        self._dispatches = Dispatches(db)
        self._known = dict(known or {})
        self._prefix = prefix

    def tell(
        self,
        key: str,
        message: Content,
        now: datetime,
        severity: Severity = Severity.PAGE,
        after: timedelta = AT_ONCE,
        away: bool = False,
    ) -> int:
        """By every way that is for this severity, `after` so long; how many there are that had not got it before.

        `key` is the message's own: the same key twice goes out once. `away`: because Slack has not taken it.
        """
        ways = [name for name, words in self._known.items() if takes(words, severity, away)]
        return self._put(key, ways, message, now, after, away)

    def call(self, key: str, message: Content, now: datetime, names: Collection[str]) -> int:
        """By the ways that have one of these names among their words (`leads=mailto:…`), or as their own (`mailto`)."""
        wanted = set(names)
        ways = [name for name, words in self._known.items() if wanted & {entry_of(name), *words}]
        return self._put(key, ways, message, now, AT_ONCE, False)

    def names(self) -> set[str]:
        """What `call` knows."""
        return {name for way, words in self._known.items() for name in (entry_of(way), *words)}

    def reword(self, key: str, message: Content) -> None:
        """What has not gone yet goes as this."""
        if self._known:
            self._dispatches.reword(key, self._letter(message))

    def follow(self, first: str, key: str, message: Content, now: datetime) -> int:
        """By every way by which `first` went or may have gone, and after it."""
        ways = self._dispatches.tried(first) if self._known else []
        return self._dispatches.put(key, ways, self._letter(message), now, now, follows=first) if ways else 0

    def _put(
        self, key: str, ways: Collection[str], message: Content, now: datetime, after: timedelta, away: bool
    ) -> int:
        return self._dispatches.put(key, ways, self._letter(message), now, now + after, away) if ways else 0

    def _letter(self, message: Content) -> Letter:
        return letter(prefixed(message, self._prefix))
