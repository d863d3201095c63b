"""The status page for programs: the same facts as JSON. Times are ISO 8601 in UTC, durations in seconds."""

from typing import Any

from bot.model import Incident
from bot.showing import Row, Showing, lasted


def twin(seen: Showing, detailed: bool) -> dict[str, Any]:
    """`uptime` is the share of good answers, 0 to 1, and null where nothing was asked."""
    return {
        "at": seen.now.isoformat(),
        "services": [_row(row) for row in seen.rows],
        "incidents": [_incident(incident, seen, detailed) for incident in seen.incidents],
    }


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
