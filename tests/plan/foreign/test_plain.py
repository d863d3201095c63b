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


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({}, "id"),
        ({**LEAST, "status": "on"}, "status"),
        ({**LEAST, "severity": "high"}, "severity"),
        ({**LEAST, "envrionment": "x"}, "envrionment"),
        ({**LEAST, "at": "now"}, "at"),
        ({**LEAST, "at": "2026-11-20T13:00:00"}, "at"),
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
