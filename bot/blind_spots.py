"""Checks that the bot cannot ask, and what is said of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.hurdles import Hurdle
from bot.model import Target


@dataclass(frozen=True, slots=True)
class Unasked:
    """A check that could not be asked `since`, in a row, and last `at`. `words` say why, as its status does."""

    check_id: str
    hurdle: Hurdle
    words: str
    since: datetime
    at: datetime


class Left(StrEnum):
    """How a check came out of a blind spot."""

    ASKED = "asked"  # it can be asked again
    GONE = "gone"  # from the fleet file
    MOVED = "moved"  # something else keeps it from being asked now


@dataclass(frozen=True, slots=True)
class Lost:
    """A check in a blind spot; `left` None: still in it."""

    check_id: str
    words: str
    left: Left | None = None

    @property
    def target(self) -> Target:
        service, environment, _ = self.check_id.split("/", 2)
        return Target(service, environment)


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """One hurdle for as long as it keeps checks from being asked, and all checks that it ever did, in their order.

    `emptied_at`: the last of them could be asked again then; None while one cannot.
    """

    id: int
    hurdle: Hurdle
    since: datetime
    channel: str
    emptied_at: datetime | None = None
    lost: tuple[Lost, ...] = ()

    @property
    def still(self) -> tuple[Lost, ...]:
        return tuple(one for one in self.lost if one.left is None)
