"""What goes out by other ways than Slack, and how these are called.

An entry of NOTIFY_URLS is a way (`mailto`). One that writes to several people is a way for each of them
(`mailto/ana@example.org`): what one server refuses is no reason to write to all of them again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

PARTS = "/"


@dataclass(frozen=True, slots=True)
class Letter:
    """Plain text: `title` is one line."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A letter on its way. `way` is an entry of NOTIFY_URLS, or one recipient of it; `away`: it goes because Slack has
    not taken it; `attempts` were begun before.
    """

    id: int
    key: str
    way: str
    letter: Letter
    created_at: datetime
    attempts: int = 0
    away: bool = False


def ways_of_entry(entry: str, recipients: Collection[str]) -> list[str]:
    """One for each recipient; the entry as a whole where there are not several."""
    return [f"{entry}{PARTS}{one}" for one in recipients] if len(recipients) > 1 else [entry]


def entry_of(way: str) -> str:
    return way.partition(PARTS)[0]


def recipient_of(way: str) -> str:
    """Empty: whoever the entry names."""
    return way.partition(PARTS)[2]
