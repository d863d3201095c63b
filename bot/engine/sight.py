"""Does the bot itself see? Asks the reference targets, remembers the newest answer of every check, and says so once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog

from bot.backends.base import Answer
from bot.engine.ways import Ways
from bot.fleet import Check, Fleet
from bot.messages.blind import blind_message, dark_words, reference_words
from bot.messages.commands import prefixed
from bot.model import Outgoing, Target
from bot.plan.blind import Glance, darkness, sees_again
from bot.plan.depends import beneath
from bot.questions import Ask, Question
from bot.state.blindness import Blindnesses
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.watch import Blindness, CheckState

log = structlog.get_logger(__name__)

TAG = "reference:"
EVERY = timedelta(seconds=10)
PATIENCE = timedelta(seconds=5)
ANY_STATUS = frozenset(range(100, 600))  # whatever a reference target answers, it was reached
TWICE = 2  # failures in a row of every reference target


class Sight:
    """`see`, `asks` and `takes` are the sweep's, which is one thread; `look` runs in its transaction."""

    def __init__(
        self, db: Database, outbox: Outbox, references: Sequence[str] = (), prefix: str = "", ways: Ways | None = None
    ) -> None:
        self._ways = ways
        self._blindnesses = Blindnesses(db)
        self._checks = Checks(db)
        self._outbox = outbox
        self._prefix = prefix
        self._references = {f"{TAG}{number}": url for number, url in enumerate(references)}
        self._failures = dict.fromkeys(self._references, 0)  # in a row
        self._asked_at: datetime | None = None
        self._glances: dict[str, Glance] = {}
        self._addresses: dict[str, str] = {}  # by check
        self._needs: dict[Target, frozenset[Target]] = {}
        self._targets = 0

    def asks(self, now: datetime) -> list[tuple[str, Question]]:
        """The reference targets, when it is their turn."""
        if self._asked_at and timedelta() <= now - self._asked_at < EVERY:
            return []
        self._asked_at = now
        return [(tag, Ask(url, PATIENCE, ANY_STATUS)) for tag, url in self._references.items()]

    def takes(self, answer: Answer) -> bool:
        """Whether it was the answer of a reference target."""
        if answer.tag not in self._references:
            return False
        self._failures[answer.tag] = 0 if answer.probe.ok else self._failures[answer.tag] + 1
        return True

    def recall(self, fleet: Fleet, checks: Mapping[str, Check], states: Mapping[str, CheckState]) -> None:
        """These are the checks from now on; how they answered last is known from before a restart."""
        self._needs = {target: frozenset(beneath(fleet, target)) for target in fleet.targets()}
        self._addresses = {name: address(check) for name, check in checks.items()}
        self._targets = len({check.target for check in checks.values()})
        known = {
            name: self._glance(check, state.checked_at, state.ok)
            for name, check in checks.items()
            if (state := states.get(name)) and state.checked_at and state.ok is not None
        }
        self._glances = {**known, **{name: one for name, one in self._glances.items() if name in checks}}

    def see(self, answers: Iterable[tuple[Check, Answer]]) -> None:
        """What a probe could not see says nothing."""
        for check, answer in ((check, answer) for check, answer in answers if not answer.probe.blind):
            self._glances[check.id] = self._glance(check, answer.asked_at, answer.probe.ok)

    def _glance(self, check: Check, at: datetime, ok: bool) -> Glance:
        return Glance(check.target, self._addresses[check.id], at, ok, self._needs.get(check.target, frozenset()))

    def look(self, falls: Sequence[datetime], channel: str, now: datetime) -> bool:
        """Whether the bot is blind, which is said when it begins and when it ends. `falls` are the moments at which
        what would be called DOWN now began to fail.
        """
        standing = self._blindnesses.standing()
        if standing:
            return not self._returned(standing, now)
        found = self._lost(now) or self._dark(falls)
        if found:
            self._begin(*found, channel, now)
        return found is not None

    def _lost(self, now: datetime) -> tuple[str, datetime] | None:
        if not self._unanswered():
            return None
        hosts = [urlsplit(url).hostname or url for url in self._references.values()]
        return reference_words(hosts), now - EVERY

    def _unanswered(self) -> bool:
        return bool(self._failures) and min(self._failures.values()) >= TWICE

    def _dark(self, falls: Sequence[datetime]) -> tuple[str, datetime] | None:
        """Looked at from two of these moments: one alone may have begun long before the others."""
        ordered = sorted(falls)
        for since in dict.fromkeys([*ordered[:1], *ordered[len(ordered) // 2 :][:1]]):
            found = darkness(self._glances.values(), since)
            if found:
                return dark_words(found), since
        return None

    def _begin(self, cause: str, since: datetime, channel: str, now: datetime) -> None:
        begun = self._blindnesses.begin(since, cause, channel)
        if begun:
            log.error("the bot cannot see: nothing is called down until it can", cause=cause)
            self._checks.forgive()
            self._put(begun, now)

    def _returned(self, standing: Blindness, now: datetime) -> bool:
        if self._unanswered() or not sees_again(self._glances.values(), standing.since, self._targets):
            return False
        ended = self._blindnesses.end(now)
        if ended:
            log.info("the bot can see again", blind_for=str(now - ended.since))
            self._put(ended, now)
        return True

    def _put(self, blindness: Blindness, now: datetime) -> None:
        """By the other ways too: what has not left yet goes as it stands now, the end after what has."""
        key, message = f"blind:{blindness.id}", blind_message(blindness)
        self._outbox.put(Outgoing(key, blindness.channel, prefixed(message, self._prefix)), now)
        if self._ways:
            self._ways.reword(key, message)
            if blindness.ended_at:
                self._ways.follow(key, f"{key}:end", message, now)
            else:
                self._ways.tell(key, message, now)


def address(check: Check) -> str:
    """The machine or name that it asks; of a kind that names none, all that it asks."""
    asked = check.question
    named = urlsplit(asked.url).hostname if isinstance(asked, Ask) else getattr(asked, "host", None)
    return named or str(asked)
