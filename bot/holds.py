"""What holds deploys back: locks that people (or the bot, after a rollback) hold, and freezes of an environment."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import Release, Target

COMMIT = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What is locked: one service there, or the whole environment when `service` is None."""

    environment: str
    service: str | None = None

    def covers(self, target: Target) -> bool:
        return self.environment == target.environment and self.service in (None, target.service)

    def __str__(self) -> str:
        return f"{self.service or 'every service'} in {self.environment}"


class How(StrEnum):
    """How a lock came to its end."""

    UNLOCKED = "unlocked"
    TAKEN = "taken"  # over, by somebody with a reason
    LAPSED = "lapsed"  # its lease was over


@dataclass(frozen=True, slots=True)
class Lock:
    """`holder` is a Slack user id, empty for the bot itself after the automatic rollback of `deploy`. `until` is the
    end of the lease; None stands until somebody unlocks. `ref` is the only one that the holder deploys meanwhile; empty
    binds to none. `id` 0: not written yet.
    """

    scope: Scope
    holder: str
    reason: str
    since: datetime
    until: datetime | None = None
    deploy: int | None = None
    id: int = 0
    how: How | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    ref: str = ""

    def live(self, now: datetime) -> bool:
        return self.ended_at is None and (self.until is None or now < self.until)

    def allows(self, release: Release) -> bool:
        """Whether its holder may deploy this: the very ref, or the commit by its digits."""
        ref = self.ref.lower()
        return self.ref in ("", release.ref) or (bool(COMMIT.fullmatch(ref)) and release.sha.startswith(ref))


@dataclass(frozen=True, slots=True)
class Wish:
    """`/deploy lock shop@1.4.2 in production "reason" for 2h`. `lease` None: nobody said how long; `ref` empty: any."""

    scope: Scope
    by: str
    reason: str
    lease: timedelta | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Freeze:
    """An environment frozen by hand. `until` None: until somebody unfreezes it."""

    environment: str
    by: str
    reason: str
    since: datetime
    until: datetime | None = None
    id: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""

    def live(self, now: datetime) -> bool:
        return self.ended_at is None and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Frozen:
    """How an environment is frozen now: by a window of the fleet file in its words, or by a person with a reason.

    `until` is the first moment that nothing freezes it; None when none is known.
    """

    environment: str
    since: datetime
    until: datetime | None
    window: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """What holds a target back now: the widest lock on it, and the freeze of its environment."""

    lock: Lock | None = None
    frozen: Frozen | None = None


NOTHING = Hold()
