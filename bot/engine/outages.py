"""The alert that a button stood on, and what is said of it there."""

from datetime import datetime
from typing import Protocol

from bot.records import Reason, Refusal
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.watch import Alert


class Notes(Protocol):
    """Who edits alerts: the monitor."""

    def annotate(self, incident_id: int, note: str, now: datetime, offering: bool) -> None: ...


class Outages:
    def __init__(self, db: Database, notes: Notes) -> None:
        self._incidents = Incidents(db)
        self._notes = notes

    def open(self, number: str) -> Alert | Refusal:
        """By the number that stands on a button; a late click gets the truth."""
        alert = self._incidents.get(int(number)) if number.isascii() and number.isdigit() else None
        if alert is None:
            return Refusal(Reason.OVER, detail="there is no such incident")
        if alert.ended:
            return Refusal(Reason.OVER, detail=f"{alert.incident.target} is up again; the alert says since when")
        return alert

    def note(self, incident_id: int, words: str, now: datetime, offering: bool = False) -> None:
        """Says in the alert what was asked for or done; `offering`: its buttons may be pressed again."""
        self._notes.annotate(incident_id, words, now, offering)
