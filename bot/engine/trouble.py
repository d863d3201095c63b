"""Slack's being away: said once when it begins and once when it ends, with pauses that grow in between."""

from datetime import UTC, datetime, timedelta

import structlog

from bot.errors import SlackError
from bot.messages.words import duration

log = structlog.get_logger(__name__)

FIRST, LONGEST = timedelta(seconds=1), timedelta(seconds=30)


class Trouble:
    """`over_at` is the moment before which nothing is worth trying."""

    def __init__(self, first: timedelta = FIRST, longest: timedelta = LONGEST) -> None:
        self._first, self._longest = first, longest
        self._since: datetime | None = None
        self._pause = first
        self.over_at = datetime.min.replace(tzinfo=UTC)

    @property
    def on(self) -> bool:
        """Whether the last call failed."""
        return self._since is not None

    def met(self, error: SlackError, now: datetime, todo: str = "nothing: trying again until it answers") -> None:
        """A call failed for a reason that would fail any other as well."""
        if self._since is None:
            self._since = now
            self._pause = self._first
            log.warning("Slack does not take messages; they are kept and sent later", error=str(error), todo=todo)
        self.over_at = now + self._pause
        self._pause = min(self._pause * 2, self._longest)

    def none(self, now: datetime) -> None:
        """Slack answered."""
        if self._since is not None:
            log.info("Slack takes messages again", after=duration(now - self._since))
        self._since = None
        self.over_at = datetime.min.replace(tzinfo=UTC)
