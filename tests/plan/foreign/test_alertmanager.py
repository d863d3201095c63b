import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Severity
from bot.plan.foreign.alertmanager import MOST, alertmanager
from bot.reports import Malformed, Report
from tests.plan.foreign.samples import BEGAN, group, one


def only(body: bytes) -> Report:
    found = alertmanager(body)
    assert isinstance(found, list)
    (report,) = found
    return report


def test_a_firing_alert_says_what_where_and_since_when() -> None:
    labels = {"service": "shop", "env": "production", "instance": "10.0.0.5:9100"}
    report = only(group(one(labels=labels, annotations={"runbook_url": "https://wiki.example.com/errors"})))
    assert (report.source, report.firing, report.at) == ("Alertmanager", True, BEGAN)
    assert (report.name, report.cause) == ("HighErrorRate", "5 % of requests fail")
    assert (report.service, report.environment, report.host) == ("shop", "production", "10.0.0.5:9100")
    assert (report.runbook, report.severity) == ("https://wiki.example.com/errors", Severity.PAGE)
    assert report.key == "alertmanager/HighErrorRate/10.0.0.5:9100/ab12cd34ef56ab12"
    assert report.link == "http://prometheus.example.com:9090/graph?g0.expr=up"


def test_a_resolved_alert_is_the_same_one_and_ended_when_it_says() -> None:
    report = only(group(one(status="resolved", endsAt="2026-11-20T14:05:00Z")))
    assert (report.firing, report.at) == (False, BEGAN + timedelta(minutes=10))
    assert report.key == only(group()).key
    assert only(group(one(status="resolved", endsAt=NEVER))).at == BEGAN


NEVER = "0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"annotations": {"summary": "", "description": "the disk is full"}}, "cause", "the disk is full"),
        ({"labels": {"job": "node"}, "annotations": {"summary": ""}}, "cause", "job=node, severity=critical"),
        ({"labels": {"severity": "warning"}}, "severity", Severity.WARN),
        ({"labels": {"severity": "INFO"}}, "severity", Severity.WARN),
        ({"labels": {"severity": "apocalypse"}}, "severity", Severity.PAGE),
        ({"labels": {"severity": ""}}, "severity", Severity.PAGE),
        ({"labels": {"alertname": ""}}, "name", "alert"),
        ({"labels": {"alertname": "a\nb\x1b[31m"}}, "name", "a b [31m"),
        ({"annotations": {"runbook_url": "javascript:alert(1)"}}, "runbook", None),
        ({"annotations": {"runbook_url": "https://u:p@wiki.example.com"}}, "runbook", None),
        ({"annotations": {"runbook_url": "https://a.example.com/|x> <!channel"}}, "runbook", None),
        ({"generatorURL": ""}, "link", "http://alertmanager.example.com:9093"),
        ({"generatorURL": "http://[::1"}, "link", "http://alertmanager.example.com:9093"),
    ],
)
def test_what_is_not_said_or_odd_is_tamed(changes: dict[str, Any], field: str, value: object) -> None:
    assert getattr(only(group(one(**changes))), field) == value


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", ""),
        (b"[]", ""),
        (b"\xff", ""),
        (group(version="3"), "version"),
        (group(alerts=7), "alerts"),
        (group(one(startsAt="yesterday")), "alerts.0.startsAt"),
        (group(one(startsAt="2026-11-20T13:55:00")), "alerts.0.startsAt"),
        (group(one(status="odd")), "alerts.0.status"),
        (group(one(labels={"alertname": 7})), "alerts.0.labels.alertname"),
        (group(one(fingerprint="")), "alerts.0.fingerprint"),
        (group(*[one()] * (MOST + 1)), "alerts"),
    ],
)
def test_what_makes_no_sense_names_its_place_and_shows_nothing_of_it(body: bytes, place: str) -> None:
    found = alertmanager(body)
    assert isinstance(found, Malformed)
    assert found.what.startswith(f"{place}: " if place else "Invalid JSON") or (
        body == b"[]" and "object" in found.what
    )
    assert "yesterday" not in found.what


def test_later_versions_may_say_more() -> None:
    assert only(group(notification_reason="repeat")).name == "HighErrorRate"


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.dictionaries(st.text(max_size=8), inner)
    )
)
def test_no_body_makes_it_fail(body: object) -> None:
    assert isinstance(alertmanager(json.dumps(body).encode()), Malformed)
    assert isinstance(alertmanager(group(alerts=[body])), Malformed)


def test_moments_of_any_zone_are_the_same_moment() -> None:
    assert (
        only(group(one(startsAt="2026-11-20T14:55:00+01:00"))).at == BEGAN == datetime(2026, 11, 20, 13, 55, tzinfo=UTC)
    )
