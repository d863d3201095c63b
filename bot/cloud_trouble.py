"""What keeps a cloud from being asked, for longer than one call."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    BUSY = "busy"  # asked too often
    LOCKED_OUT = "locked_out"  # credentials are missing, have expired, or a role cannot be assumed


@dataclass(frozen=True, slots=True)
class CloudTrouble:
    """`role` is the ARN of the role concerned, empty for the bot's own credentials; `words` what AWS says of it."""

    role: str
    kind: Kind
    words: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CallCount:
    """Calls of one operation since the start, each attempt by itself, and how many of them came too often."""

    service: str
    operation: str
    calls: int
    throttled: int
