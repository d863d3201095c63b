"""What goes out by other ways than Slack."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """Plain text: `title` is one line."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A letter on its way. `way` is a name of NOTIFY_URLS; `away`: it goes because Slack has not taken it; `attempts`
    were begun before.
    """

    id: int
    key: str
    way: str
    letter: Letter
    created_at: datetime
    attempts: int = 0
    away: bool = False
