"""The whole bot asks a page that shows the token it was asked with: neither Slack nor the database ever sees it."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.app.assembly import Pointsman
from bot.app.edge import open_edge
from bot.app.hosts import Hosts
from bot.backends.base import Order
from bot.cloud import HERE
from bot.engine.audit import export_file
from bot.model import Probe, Step
from bot.plan.beats import token_of
from bot.questions import Ask
from bot.sandbox.memory_prober import MemoryProber, no_shell
from bot.sandbox.slack.server import Server
from bot.trail import What
from tests.app.test_edge import settings_for
from tests.backends.daemons import moto, reach
from tests.backends.places import MemoryPlace
from tests.fleet.samples import PRODUCTION, changed
from tests.waiting import eventually
from tests.workspace import standing, workspace

TOKEN, BEATS = "s3cr3t-of-the-shop-0815", "0123456789abcdef"
QUICK = {"every": "1s", "timeout": "5s", "down_after": 1, "action": "runbook"}


def well(ask: Ask, at: datetime) -> Probe:
    return Probe(True, 0.01, 200)


class Echo(BaseHTTPRequestHandler):
    """Answers 401, and with what."""

    def do_GET(self) -> None:
        said = f"no: {self.headers['Authorization']}\n".encode()
        self.send_response(401)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Not on standard error."""


@pytest.fixture
def page() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    with workspace() as server:
        yield server


def fleet(page: str) -> dict[str, Any]:
    web = {**QUICK, "name": "web", "http": page, "headers": {"Authorization": "Bearer ${SHOP_TOKEN}"}}
    job = {"name": "job", "heartbeat": "1d", "action": "runbook"}
    return changed(((*PRODUCTION, "checks"), [web, job]), (("alerts",), {"group_wait": "0s"}))


def anywhere(directory: Path, secret: str) -> list[str]:
    """The files of the database that hold it."""
    return [file.name for file in directory.glob("state.db*") if secret.encode() in file.read_bytes()]


@pytest.mark.timeout(300)
def test_what_targets_and_jobs_echo_is_neither_posted_nor_stored(server: Server, page: str, tmp_path: Path) -> None:
    more = {"CHECK_SECRETS": f"SHOP_TOKEN={TOKEN}", "HEARTBEAT_SECRET": BEATS, "SLACK_APP_TOKEN": server.app_token}
    settings = settings_for(server, tmp_path, **more)
    settings.fleet_file.write_text(json.dumps(fleet(page)))
    with Pointsman(settings) as pointsman, open_edge(settings, pointsman) as here:

        def told() -> list[str]:
            pointsman.monitor.sweep()
            pointsman.deliverer.run_once()
            return [f"{one['text']} {one['blocks']}" for one in standing(server, "alerts")]

        (alert,) = eventually(told, timeout=60)
        assert "answered 401" in alert
        assert "no: Bearer ***" in alert
        job = f"{here}/beat/{token_of(BEATS, 'shop/production/job')}/fail"
        assert requests.post(job, data=f"cannot log in with {TOKEN}", timeout=30).status_code == 200
        eventually(lambda: any("cannot log in with ***" in text for text in told()), timeout=60)
        said = "\n".join(told())
    rows = "\n".join(export_file(tmp_path / "state.db"))
    assert "no: Bearer ***" in rows
    assert TOKEN not in said + rows
    assert anywhere(tmp_path, "answered 401") != []
    assert anywhere(tmp_path, TOKEN) == []


def test_what_aws_opened_while_the_bot_runs_is_hidden_in_what_steps_say(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = MemoryPlace(1)
    hosts = Hosts(place.backend(), MemoryProber(well), MemoryProber(no_shell))
    settings = settings_for(server, tmp_path, SLACK_APP_TOKEN=server.app_token)
    with moto(tmp_path) as address:
        reach(monkeypatch, address, "eu-west-1")
        with Pointsman(settings, hosts) as pointsman:
            ssm = pointsman.cloud.sessions.client("ssm", HERE)
            ssm.put_parameter(Name="/shop/token", Value=TOKEN, Type="SecureString")
            assert pointsman.cloud.vault.open("ssm:/shop/token") == TOKEN
            sha = place.release()
            place.backend().fail("web1", Step.INSTALL, 3, f"with {TOKEN} it failed", sha)
            backend = pointsman.engine.outside.backend
            (result,) = backend.bring(place.site, Order("deploy-1", sha), place.hosts, lambda host, step: None)
            pointsman.office.audit.note("U0ANA", What.CLICK, f"typed {TOKEN}")
    assert (result.ok, result.tail) == (False, "with *** it failed")
    assert "typed ***" in "\n".join(export_file(tmp_path / "state.db"))
