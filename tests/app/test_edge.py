"""The bot's own address, in both ways of being called by Slack."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from bot.app.assembly import Pointsman
from bot.app.edge import open_edge
from bot.errors import PointsmanError
from bot.sandbox.slack.server import Server
from bot.settings import Settings, load_settings
from tests.fleet.samples import changed
from tests.waiting import eventually
from tests.workspace import workspace


@pytest.fixture
def server() -> Iterator[Server]:
    with workspace() as server:
        yield server


def settings_for(server: Server, here: Path, **more: str) -> Settings:
    fleet = here / "fleet.yaml"
    fleet.write_text(json.dumps(changed()))
    return load_settings(
        {
            "SLACK_BOT_TOKEN": server.bot_token,
            "SLACK_API_URL": server.api_url,
            "FLEET_FILE": str(fleet),
            "DATABASE_URL": f"sqlite:///{here / 'state.db'}",
            "REPOS_DIR": str(here / "repos"),
            "SSH_KNOWN_HOSTS": str(here / "known_hosts"),
            "HTTP_ADDR": "127.0.0.1:0",
            **more,
        }
    )


@contextmanager
def edge(settings: Settings) -> Iterator[str]:
    with Pointsman(settings) as pointsman, open_edge(settings, pointsman) as address:
        yield address


def status(address: str, method: str = "GET") -> int:
    return requests.request(method, address, timeout=10).status_code


def test_in_socket_mode_it_listens_too_and_takes_nothing_of_slacks(server: Server, tmp_path: Path) -> None:
    with edge(settings_for(server, tmp_path, SLACK_APP_TOKEN=server.app_token)) as address:
        assert [status(address + path) for path in ("/healthz", "/metrics")] == [200, 200]
        eventually(lambda: status(f"{address}/readyz") == 200)
        assert status(f"{address}/slack/events", "POST") == 404


def test_in_http_mode_slacks_requests_come_to_the_same_address(server: Server, tmp_path: Path) -> None:
    with edge(settings_for(server, tmp_path, SLACK_SIGNING_SECRET=server.signing_secret)) as address:
        assert [status(address + path) for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]
        assert status(f"{address}/slack/events", "POST") == 401
        server.request_url = f"{address}/slack/events"
        assert not server.command("ana", "/status", "help").error


def test_in_http_mode_a_slack_that_is_away_is_not_ready(server: Server, tmp_path: Path) -> None:
    settings = settings_for(server, tmp_path, SLACK_SIGNING_SECRET=server.signing_secret)
    with edge(settings) as address:
        server.stop()
        answer = requests.get(f"{address}/readyz", timeout=10)
        assert (answer.status_code, answer.json()["parts"]["slack"]["ok"]) == (503, False)


def test_an_address_that_is_taken_is_said_with_the_way_out(server: Server, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = settings_for(server, tmp_path, SLACK_APP_TOKEN=server.app_token, HTTP_ADDR=where)
        with pytest.raises(PointsmanError, match=f"cannot listen on {where}.*set HTTP_ADDR"), edge(settings):
            pass
    assert server.sockets == 0


def test_webhooks_are_there_once_they_are_set(server: Server, tmp_path: Path) -> None:
    settings = settings_for(
        server,
        tmp_path,
        SLACK_APP_TOKEN=server.app_token,
        WEBHOOK_TOKEN="0123456789abcdef",
        SNS_TOPICS="arn:aws:sns:eu-west-1:123456789012:alarms, arn:aws:sns:eu-west-1:123456789012:more",
    )
    with edge(settings) as address:
        found = [status(f"{address}/hooks/{name}", "POST") for name in ("alertmanager", "alert", "sns")]
        assert found == [401, 401, 400]
        sent = {"id": "backup", "status": "firing", "name": "The backup is late"}
        answer = requests.post(f"{address}/hooks/alert/0123456789abcdef", json=sent, timeout=10)
        assert answer.text == "1 begun, 0 ended\n"
        assert (
            'pointsman_incidents_open{environment="webhook",service="The backup is late"} 1.0'
            in requests.get(f"{address}/metrics", timeout=10).text
        )
