"""The whole bot hears of a job that failed: its alert waits for no turn of a check that looks once an hour."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.app.assembly import Pointsman
from bot.app.edge import open_edge
from bot.plan.beats import token_of
from bot.sandbox.slack.server import Server
from tests.app.test_edge import settings_for
from tests.fleet.samples import PRODUCTION, changed
from tests.waiting import eventually
from tests.workspace import standing, workspace

SECRET = "0123456789abcdef"
BACKUP = {"name": "backup", "heartbeat": "1d", "every": "1h", "down_after": 5, "action": "runbook"}


@pytest.fixture
def server() -> Iterator[Server]:
    with workspace() as server:
        yield server


def test_fail_is_told_though_the_check_looks_once_an_hour_and_well_closes_it(server: Server, tmp_path: Path) -> None:
    settings = settings_for(server, tmp_path, HEARTBEAT_SECRET=SECRET, SLACK_APP_TOKEN=server.app_token)
    fleet = changed(((*PRODUCTION, "checks"), [BACKUP]), (("alerts",), {"group_wait": "0s"}))
    settings.fleet_file.write_text(json.dumps(fleet))
    with Pointsman(settings) as pointsman, open_edge(settings, pointsman) as here:

        def call(how: str) -> int:
            address = f"{here}/beat/{token_of(SECRET, 'shop/production/backup')}{how}"
            return requests.post(address, data=b"no room left", timeout=30).status_code

        def told() -> list[dict[str, Any]]:
            pointsman.monitor.sweep()
            pointsman.deliverer.run_once()
            return standing(server, "alerts")

        pointsman.monitor.sweep()
        assert call("") == 200
        assert told() == []
        assert call("/fail") == 200
        (message,) = eventually(told)
        assert message["text"].startswith("DOWN · shop · production")
        assert "no room left" in message["text"]
        assert call("") == 200
        eventually(lambda: told()[0]["text"].startswith("UP · "))
