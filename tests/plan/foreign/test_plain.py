import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.model import Severity
from bot.plan.foreign.plain import MOST, plain
from bot.reports import Malformed, Report

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)
LEAST = {"id": "backup", "status": "firing", "name": "The backup is late"}


def read(sent: Any) -> list[Report] | Malformed:
    return plain(json.dumps(sent).encode(), NOW)


def test_the_least_is_an_id_a_status_and_a_name() -> None:
    found = read(LEAST)
    assert isinstance(found, list)
    (report,) = found
    assert (report.source, report.key, report.at) == ("webhook", "webhook/backup", NOW)
    assert (report.cause, report.severity, report.firing) == ("The backup is late", Severity.PAGE, True)


def test_everything_else_may_be_said_and_several_at_once() -> None:
    more = {
        "cause": "last seen 26 h ago",
        "source": "backupd",
        "service": "shop",
        "environment": "production",
        "host": "web1",
        "severity": "warn",
        "runbook": "https://wiki.example.com/backup",
        "link": "https://backup.example.com/1",
        "at": "2026-11-20T13:00:00Z",
    }
    found = read([LEAST, {**LEAST, **more, "status": "resolved"}])
    assert isinstance(found, list)
    report = found[1]
    assert (report.key, report.at.hour, report.firing) == ("backupd/backup", 13, False)
    assert (report.service, report.host, report.severity) == ("shop", "web1", Severity.WARN)
    assert (report.runbook, report.link) == (more["runbook"], more["link"])


def test_a_clock_that_is_a_little_fast_is_believed() -> None:
    found = read({**LEAST, "at": "2026-11-20T14:04:59Z"})
    assert isinstance(found, list)
    assert found[0].at > NOW


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({}, "id"),
        ({**LEAST, "status": "on"}, "status"),
        ({**LEAST, "severity": "high"}, "severity"),
        ({**LEAST, "envrionment": "x"}, "envrionment"),
        ({**LEAST, "at": "now"}, "at"),
        ({**LEAST, "at": "2026-11-20T13:00:00"}, "at"),
        ({**LEAST, "at": "0001-01-01T00:00:00Z"}, "at: 1-01-01 00:00 was never set"),
        ({**LEAST, "at": "1970-01-01T00:00:00Z"}, "at: 1970-01-01 00:00 was never set"),
        ({**LEAST, "at": "2026-11-20T14:05:01Z"}, "at: 2026-11-20 14:05 is in the future"),
        ({**LEAST, "at": "9999-12-31T23:59:59-14:00"}, "at: 9999-12-31 23:59 is in the future"),
        ([LEAST, {**LEAST, "at": "2099-01-01T00:00:00Z"}], "at: 2099-01-01 00:00 is in the future"),
        ({**LEAST, "id": ""}, "id"),
        ({**LEAST, "name": "x" * 201}, "name"),
        (7, ""),
        ([LEAST] * (MOST + 1), "at most"),
    ],
)
def test_what_is_written_wrong_is_refused_by_its_place(sent: Any, place: str) -> None:
    found = read(sent)
    assert isinstance(found, Malformed)
    assert place in found.what
