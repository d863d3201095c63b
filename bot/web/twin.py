"""The status page for programs: the same facts as JSON. Times are ISO 8601 in UTC, durations in seconds."""

import json
from typing import Any

from bot.model import Incident
from bot.showing import Row, Showing, lasted
from bot.web.kept import KeptRows


class Twin:
    """`detailed`: outages with their host and cause. `uptime` is the share of good answers, 0 to 1, and null where
    nothing was asked.
    """

    def __init__(self, detailed: bool) -> None:
        self._detailed = detailed
        self._rows = KeptRows(lambda row: _written(_row(row)))

    def write(self, seen: Showing) -> str:
        services = ",".join(self._rows.of(seen).values())
        incidents = _written([_incident(incident, seen, self._detailed) for incident in seen.incidents])
        return f'{{"at":{_written(seen.now.isoformat())},"services":[{services}],"incidents":{incidents}}}'


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _row(row: Row) -> dict[str, Any]:
    return {
        "service": row.target.service,
        "environment": row.target.environment,
        "health": row.health.value,
        "checks": row.checks,
        "down": row.down,
        "uptime": row.share,
        "days": [{"date": day.date.isoformat(), "uptime": day.share} for day in row.days],
        "hours": [{"at": hour.begins.isoformat(), "median": hour.median, "p95": hour.p95} for hour in row.hours],
    }


def _incident(incident: Incident, seen: Showing, detailed: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": incident.id,
        "service": incident.target.service,
        "environment": incident.target.environment,
        "started_at": incident.started_at.isoformat(),
        "ended_at": incident.ended_at.isoformat() if incident.ended_at else None,
        "lasted": lasted(incident, seen.now).total_seconds(),
    }
    return found | {"host": incident.host, "cause": incident.cause} if detailed else found
