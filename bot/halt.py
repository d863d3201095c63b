"""A deploy that an abort has stopped, and what people choose then: decided by plans, shown by messages."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

HALT_STAGE = "Aborted: what now?"
"""The stage that is added when an abort left something to choose."""


class Choice(StrEnum):
    OPEN = "open"
    BACK = "back"  # what changed goes back; where there is no way back, all stays as it is
    RETRY = "retry"  # hosts of which nothing is known are brought to the new release again, then people are asked again
    ON = "on"  # the deploy goes on where it was stopped


@dataclass(frozen=True, slots=True)
class Halt:
    """The question, bound to one deploy and to the stage that was stopped. `turn` counts a deploy's questions from 1;
    `back` are the hosts that would go back, `unknown` those that a retry is for. `chosen_by` is empty when nobody chose
    in time.
    """

    deploy: int
    turn: int
    position: int
    aborted_by: str
    asked_at: datetime
    expires_at: datetime
    back: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    choice: Choice = Choice.OPEN
    chosen_by: str = ""
    decided_at: datetime | None = None

    @property
    def button(self) -> str:
        """What its buttons carry."""
        return f"{self.deploy}:{self.turn}"
