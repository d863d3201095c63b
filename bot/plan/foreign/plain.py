"""The plain webhook: one alert, or a list of them, in our own words."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError

from bot.model import Severity
from bot.plan.foreign.fields import Name, Sent, Short, Text, address, malformed
from bot.reports import Malformed, Report

MOST = 2000
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # a moment before that was never set: 1970, or the year 1 of Go's zero
SKEW = timedelta(minutes=5)  # of the sender's clock: an outage that begins tomorrow could never end


class Plain(Sent):
    """What is written wrong is refused, not left out: there is no other version of this."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Name
    status: Literal["firing", "resolved"]
    name: Name
    cause: Text = ""
    source: Name = "webhook"
    service: Short = ""
    environment: Short = ""
    host: Short = ""
    severity: Severity = Severity.PAGE
    runbook: Text = ""
    link: Text = ""
    at: AwareDatetime | None = None


READER = TypeAdapter(Plain | list[Plain])
ONE = TypeAdapter(Plain)


def plain(body: bytes, now: datetime) -> list[Report] | Malformed:
    """Without `at` it is now."""
    try:
        found = READER.validate_json(body) if body.lstrip()[:1] == b"[" else ONE.validate_json(body)
    except ValidationError as error:
        return malformed(error)
    alerts = found if isinstance(found, list) else [found]
    if len(alerts) > MOST:
        return Malformed(f"at most {MOST:,} alerts at once")
    if wrong := next((one.at for one in alerts if one.at and not EARLIEST <= one.at <= now + SKEW), None):
        return Malformed(f"at: {wrong:%Y-%m-%d %H:%M} {'is in the future' if wrong > now else 'was never set'}")
    return [_report(one, now) for one in alerts]


def _report(one: Plain, now: datetime) -> Report:
    return Report(
        source=one.source,
        key=f"{one.source}/{one.id}",
        firing=one.status == "firing",
        at=one.at or now,
        name=one.name,
        cause=one.cause or one.name,
        service=one.service,
        environment=one.environment,
        host=one.host,
        severity=one.severity,
        runbook=address(one.runbook),
        link=address(one.link),
    )
