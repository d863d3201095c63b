"""Prometheus Alertmanager's webhook, version 4."""

from typing import Literal

from pydantic import AwareDatetime, Field, ValidationError

from bot.plan.foreign.fields import SHORT, Name, Sent, Text, address, first, malformed, severity
from bot.reports import Malformed, Report
from bot.secrecy import shortened

SOURCE = "Alertmanager"
MOST = 2000  # alerts in one group; `max_alerts` of the receiver keeps to it


class One(Sent):
    status: Literal["firing", "resolved"]
    labels: dict[str, Text]
    annotations: dict[str, Text] = Field(default_factory=dict)
    starts_at: AwareDatetime = Field(alias="startsAt")
    ends_at: AwareDatetime | None = Field(default=None, alias="endsAt")
    generator: Text = Field(default="", alias="generatorURL")
    fingerprint: Name


class Group(Sent):
    version: Literal["4"]
    group_key: Name | Text = Field(alias="groupKey")
    external: Text = Field(default="", alias="externalURL")
    alerts: tuple[One, ...] = Field(max_length=MOST)


def alertmanager(body: bytes) -> list[Report] | Malformed:
    """Every alert of a group, each by its fingerprint: the group in which it comes does not matter, for one alert may
    come in several.
    """
    try:
        group = Group.model_validate_json(body)
    except ValidationError as error:
        return malformed(error)
    return [_report(one, group) for one in group.alerts]


def _report(one: One, group: Group) -> Report:
    words, firing = one.labels, one.status == "firing"
    name = first(words, "alertname") or "alert"
    host = first(words, "host", "hostname", "node", "instance")
    return Report(
        source=SOURCE,
        key=shortened("/".join(filter(None, ("alertmanager", name, host, one.fingerprint))), 3 * SHORT),
        firing=firing,
        at=one.starts_at if firing else max(one.starts_at, one.ends_at or one.starts_at),
        name=name,
        cause=first(one.annotations, "summary", "description", "message") or _labels(words),
        service=first(words, "service", "app"),
        environment=first(words, "environment", "env"),
        host=host,
        severity=severity(first(words, "severity", "priority")),
        runbook=address(first(one.annotations, "runbook_url", "runbook")),
        link=address(one.generator) or address(group.external),
    )


def _labels(words: dict[str, str]) -> str:
    """`device=sda, job=node`: what there is when nobody wrote a summary."""
    return ", ".join(f"{name}={words[name]}" for name in sorted(words) if name != "alertname")
