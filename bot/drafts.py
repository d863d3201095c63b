"""A proposal as it is kept while it waits for its confirming click."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import Target


class Fate(StrEnum):
    """What became of a proposal; one whose time is over stays open, and counts no more."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    REPLACED = "replaced"  # the plan had changed, and a fresh one was shown


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal as it is kept. `command` is what was asked for, as a person would type it; `plan` the text that
    `plan_hash` is taken of (plan/seal.py), `doubts` the keys of those that were shown. `deploy` is what the click
    began. `incident` is the alert whose button asked. `id` 0: not written yet.
    """

    command: str
    target: Target
    asker: str
    plan: str
    plan_hash: str
    doubts: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    incident: int | None = None
    id: int = 0
    fate: Fate = Fate.OPEN
    ended_at: datetime | None = None
    deploy: int | None = None
