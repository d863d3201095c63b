from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.engine.pulse import KEPT, STALE
from bot.web.health import health
from tests.web.watched import Watched

MINUTE = timedelta(minutes=1)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    found = Watched(tmp_path / "state.db")
    found.world.settle()
    return found


@pytest.fixture
def address(watched: Watched) -> Iterator[str]:
    with watched.served(health(watched.pulse)) as address:
        yield address


def asked(address: str, path: str) -> tuple[int, Any]:
    answer = requests.get(address + path, timeout=10)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json()


def test_a_bot_that_works_is_alive_and_ready(address: str) -> None:
    assert asked(address, "/healthz") == (
        200,
        {"ok": True, "parts": {"sweeps": {"ok": True, "what": "checks are swept twice a second"}}},
    )
    status, said = asked(address, "/readyz")
    assert (status, list(said["parts"])) == (200, ["sweeps", "database", "slack"])


def test_without_slack_it_is_not_ready_but_a_restart_would_not_help(address: str, watched: Watched) -> None:
    watched.line.away = True
    status, said = asked(address, "/readyz")
    assert (status, said["ok"]) == (503, False)
    assert said["parts"]["slack"] == {"ok": False, "what": "no connection to Slack"}
    assert asked(address, "/healthz")[0] == 200
    watched.line.away = False
    watched.world.clock.sleep(KEPT)
    assert asked(address, "/readyz")[0] == 200


def test_sweeps_that_hang_are_for_a_restart(address: str, watched: Watched) -> None:
    watched.world.clock.sleep(STALE + MINUTE)
    assert [asked(address, path)[0] for path in ("/healthz", "/readyz")] == [503, 503]
    watched.world.monitor.sweep()
    assert [asked(address, path)[0] for path in ("/healthz", "/readyz")] == [200, 200]


def test_nothing_else_is_served(address: str) -> None:
    assert requests.get(f"{address}/docs", timeout=10).status_code == 404
    assert requests.post(f"{address}/healthz", timeout=10).status_code == 405
