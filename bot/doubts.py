"""Why a click is wanted before anything moves: a value, with the facts that its words are made of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DoubtKind(StrEnum):
    CONFIRM = "confirm"  # the fleet file asks for it there
    INCIDENT = "incident"  # the service is down there, and this is no rollback
    IRREVERSIBLE = "irreversible"  # it crosses a release declared so
    BLIND = "blind"  # the bot itself cannot see


@dataclass(frozen=True, slots=True)
class Doubt:
    """`what` is the number of the incident or of the blindness, or the releases' names; `cause` what the incident's
    check saw, or why the bot thinks that it is blind.
    """

    kind: DoubtKind
    what: str = ""
    cause: str = ""
    since: datetime | None = None

    @property
    def key(self) -> str:
        """The same for the same doubt, however often it is looked at."""
        return f"{self.kind}:{self.what}"
