"""The line: deploys asked for with `--wait` that could not begin at once. One line for each service and environment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import Target
from bot.refusals import Refusal


class Left(StrEnum):
    """How one left the line."""

    BEGUN = "begun"
    TAKEN_OUT = "taken_out"  # by a person's click
    REPLACED = "replaced"  # by a newer one, where only the latest counts
    REFUSED = "refused"  # at its turn the answer was no
    EXPIRED = "expired"  # it could not begin in time


@dataclass(frozen=True, slots=True)
class Waiter:
    """`command` is what was typed, as the grammar prints it and without `--wait`: it is read again at its turn. At
    `until` it leaves the line. `deploy` is the one that has begun. `id` 0: not written yet.
    """

    target: Target
    command: str
    asker: str
    since: datetime
    until: datetime
    id: int = 0
    how: Left | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    deploy: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """`number` 1 is the next; `behind` is what it was last refused with."""

    waiter: Waiter
    number: int
    behind: Refusal
