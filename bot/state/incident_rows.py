"""Rows of the table `incidents` as values, and what of them is kept as JSON."""

import json
from dataclasses import asdict
from typing import Any

from bot.model import Action, Changed, Incident, Release, Severity, Target
from bot.remedies import NamedStep
from bot.state.database import epoch, instant, maybe_instant
from bot.watch import Alert, Ended, Sighting


def written(sighting: Sighting) -> str:
    return json.dumps(asdict(sighting), default=epoch, ensure_ascii=False)


def alert_of(row: Any) -> Alert:
    incident = Incident(
        id=row["id"],
        check_id=row["check_id"],
        target=Target(row["service"], row["environment"]),
        started_at=instant(row["started_at"]),
        cause=row["cause"],
        host=row["host"],
        ended_at=maybe_instant(row["ended_at"]),
    )
    return Alert(
        incident=incident,
        sighting=_sighting(json.loads(row["sighting"])),
        channel=row["channel"],
        note=row["note"],
        offering=bool(row["offering"]),
        ended=Ended(row["ended"]) if row["ended"] else None,
        answered=bool(row["answered"]),
        told_at=maybe_instant(row["told_at"]),
        acknowledged_by=row["acknowledged_by"],
        acknowledged_at=maybe_instant(row["acknowledged_at"]),
        reminders=row["reminders"],
        reminded_at=maybe_instant(row["reminded_at"]),
        outbreak=row["outbreak"] or row["id"],
        release=row["release"],
    )


def _sighting(found: dict[str, Any]) -> Sighting:
    """Those of older versions have neither severity, hosts nor steps."""
    changed, steps = found["changed"], tuple(NamedStep(**step) for step in found.get("steps", ()))
    read = {"action": Action(found["action"]), "changed": changed and _changed(changed), "steps": steps}
    return Sighting(**{**found, **read, "severity": Severity(found.get("severity", Severity.PAGE))})


def _changed(found: dict[str, Any]) -> Changed:
    """Those of older versions have no more than the first three."""
    back, deployed = found["rollback_to"], found.get("deployed")
    return Changed(
        found["text"],
        instant(found["at"]),
        back and Release(**back),
        maybe_instant(found.get("deployed_at")),
        tuple((text, instant(at)) for text, at in found.get("besides", ())),
        deployed and Release(**deployed),
    )
