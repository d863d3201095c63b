"""A Slack test server that is not ours (npm's local-slack, MIT), driven by its own control interface."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import yaml

from tests.programs import need_file
from tests.waiting import eventually

BINARY = Path(__file__).parents[2] / ".peers/node_modules/local-slack-linux-x64/bin/local-slack"
USER = "U01ALICE"
CHANNELS = {"general": "C01GENERAL", "deploys": "C01DEPLOYS", "alerts": "C01ALERTS0"}
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-peer-token", "SLACK_APP_TOKEN": "xapp-peer-token"}
SECRET = "peer-signing-secret"


class Peer:
    def __init__(self, url: str) -> None:
        self.url = url
        self.api_url = f"{url}/api/"

    def command(self, text: str, command: str = "/deploy") -> None:
        body = {"channel": CHANNELS["deploys"], "user": USER, "command": command, "text": text}
        self._post("command", body)

    def click(self, message: dict[str, Any], action: dict[str, Any], channel: str = "alerts") -> None:
        body = {"channel": CHANNELS[channel], "messageTs": message["ts"], "user": USER, "action": action}
        self._post("interact", body)

    def messages(self, channel: str) -> list[dict[str, Any]]:
        found = requests.get(f"{self.url}/_control/messages/{CHANNELS[channel]}", timeout=5).json()
        messages: list[dict[str, Any]] = found["messages"] if isinstance(found, dict) else found
        return messages

    def log(self) -> str:
        """All that went between it and the bot."""
        return requests.get(f"{self.url}/_control/log", timeout=5).text

    def _post(self, path: str, body: dict[str, Any]) -> None:
        requests.post(f"{self.url}/_control/{path}", json=body, timeout=10).raise_for_status()


@contextmanager
def peer(directory: Path, request_url: str = "") -> Iterator[Peer]:
    """Socket Mode, or signed HTTP to `request_url`."""
    program = need_file(BINARY, "run .ci/run, or: npm install --prefix .peers --no-save local-slack-linux-x64@0.1.8")
    port = _free_port()
    config = directory / "peer.yaml"
    config.write_text(yaml.safe_dump(_config(request_url)))
    with (directory / "peer.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "--config", config, "--port", str(port), "--base-host", "127.0.0.1"], stdout=log, stderr=log
        )
    try:
        made = Peer(f"http://127.0.0.1:{port}")
        eventually(lambda: _answers(made))
        yield made
    finally:
        process.terminate()
        process.wait(10)


def _config(request_url: str) -> dict[str, Any]:
    mode = {"mode": "events", "requestUrl": request_url} if request_url else {"mode": "socket"}
    app = {"appId": "A01APP", "botUserId": "U0BOT", "botName": "pointsman", "signingSecret": SECRET, **mode}
    return {
        "workspace": {"name": "Peer", "domain": "peer", "teamId": "T01PEER"},
        "app": {**app, "botToken": TOKENS["SLACK_BOT_TOKEN"], "appToken": TOKENS["SLACK_APP_TOKEN"]},
        "users": [{"id": USER, "name": "alice", "real_name": "Alice Anderson"}],
        "channels": [{"id": key, "name": name, "members": [USER, "U0BOT"]} for name, key in CHANNELS.items()],
    }


def _answers(made: Peer) -> bool:
    try:
        return requests.get(f"{made.url}/_control/state", timeout=1).ok
    except requests.RequestException:
        return False


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
