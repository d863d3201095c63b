"""What is known of a job that calls the bot: its last beat. State keeps it, plans decide on it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Beat:
    """`status` is the exit status that came with it, None where it only said well or not; `note` the first line that it
    sent; `count` how many came in all.
    """

    at: datetime
    ok: bool
    status: int | None = None
    note: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Away:
    """When the bot did not run, and could hear nobody."""

    since: datetime
    until: datetime
