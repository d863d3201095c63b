"""What is known of a deploy after it is done, while its checks are watched: kept by state, decided by plans."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Aftermath(StrEnum):
    """How the time of watching came to its end."""

    WELL = "well"
    UNSURE = "unsure"  # the time is over, and not every check is known to be well
    ROLLED_BACK = "rolled_back"  # a check went down: the bot began a rollback
    LEFT = "left"  # a check went down, and the bot could not go back by itself
    OVERTAKEN = "overtaken"  # another deploy began there
    GONE = "gone"  # the fleet file no longer knows the target


@dataclass(frozen=True, slots=True)
class Aftercare:
    """A deploy that is done and watched. A check that goes down is its doing if the first failure lies between
    `touched_at`, when it began to change hosts, and `until`. `words` say in mrkdwn what ended it.
    """

    deploy: int
    touched_at: datetime
    done_at: datetime
    until: datetime
    aftermath: Aftermath | None = None
    ended_at: datetime | None = None
    words: str = ""
    rollback: int | None = None  # the deploy that went back

    @property
    def span(self) -> timedelta:
        return self.until - self.done_at
