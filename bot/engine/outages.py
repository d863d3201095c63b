"""The alert that a button stood on, and what is said of it there."""

import re
from datetime import datetime
from typing import Protocol

from bot.engine.flaps import Flaps
from bot.model import Incident, Target
from bot.refusals import Reason, Refusal
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.watch import Alert, Ended

NUMBER = re.compile(r"[0-9]{1,18}")  # what a row's id can be
ENDINGS = {
    Ended.UP: "is up again; the alert says since when",
    Ended.UNCHECKED: "is no longer checked there",
    Ended.CLOSED: "was closed by hand; the alert says by whom",
}


class Notes(Protocol):
    """Who edits alerts: the monitor."""

    def annotate(self, incident_id: int, note: str, now: datetime, offering: bool) -> None: ...


class Outages:
    def __init__(self, db: Database, notes: Notes) -> None:
        self._incidents = Incidents(db)
        self._flaps = Flaps(db)
        self._notes = notes

    def open(self, number: str) -> Alert | Refusal:
        """By the number that stands on a button; a late click gets the truth."""
        alert = self._numbered(number)
        if alert is None:
            return Refusal(Reason.OVER, detail="there is no such incident")
        if alert.ended:
            return Refusal(Reason.OVER, detail=f"{alert.incident.target} {ENDINGS[alert.ended]}")
        return alert

    def acted_on(self, number: str) -> Alert | Refusal:
        """The same for a button that acts or silences, which the message of a flapping check offers as well: there it
        speaks of an outage that may be over.
        """
        alert = self._numbered(number)
        return alert if alert and alert.ended and self._flaps.led_by(alert) else self.open(number)

    def _numbered(self, number: str) -> Alert | None:
        return self._incidents.get(int(number)) if NUMBER.fullmatch(number) else None

    def of(self, target: Target) -> list[Incident]:
        """Those that are open there, the oldest first."""
        return [alert.incident for alert in self._incidents.open_for(target)]

    def offers(self, incident_id: int) -> bool:
        """Whether its buttons stand: what a click begins is claimed in the transaction that asks this."""
        alert = self._incidents.get(incident_id)
        if alert is None or not alert.offering:
            return False
        return alert.ended is None or self._flaps.led_by(alert) is not None

    def hosts(self, incident_id: int) -> list[str]:
        """Those of its target that are down with it, when that is known host by host; empty when it is not."""
        found = self._incidents.get(incident_id)
        members = self._incidents.outbreak(found.outbreak) if found else []
        down = [
            one.incident.host
            for one in members
            if found and one.incident.target == found.incident.target and not one.ended
        ]
        return sorted({host for host in down if host}) if all(down) else []

    def note(self, incident_id: int, words: str, now: datetime, offering: bool = False) -> None:
        """Says in the alert what was asked for or done; `offering`: its buttons may be pressed again."""
        self._notes.annotate(incident_id, words, now, offering)
