"""The bot, unchanged, against a Slack test server that is not ours: SLACK_API_URL alone says where it is."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.demo_bot import Bot
from tests.scenarios.peer import SECRET, TOKENS, USER, Peer, peer
from tests.scenarios.test_outage_story import CHECK
from tests.scenarios.world import LONG, World, world
from tests.waiting import eventually


@pytest.fixture(params=["socket", "http"])
def met(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Peer, World]]:
    """The peer with the bot in it, by Socket Mode or by signed HTTP."""
    address = f"127.0.0.1:{_free_port()}"
    by_http = request.param == "http"
    with world(tmp_path) as line, peer(tmp_path, f"http://{address}/slack/events" if by_http else "") as other:
        settings = {"SLACK_API_URL": other.api_url, **TOKENS, "HTTP_ADDR": address}
        if by_http:
            settings |= {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET}
        line.change_fleet(checks=[{**CHECK, "action": "restart"}])
        _open_to(line, USER)
        line.bot = Bot(line.layout, line.slack, settings)
        line.bot.start()
        eventually(lambda: '"ready"' in line.layout.bot_log.read_text(), timeout=LONG)
        yield other, line


def _open_to(line: World, user: str) -> None:
    """The peer has no user groups: the fleet file names the person."""
    text = line.layout.fleet_file.read_text()
    line.write_fleet(text.replace("'@engineering'", user))


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def texts(other: Peer, channel: str) -> list[str]:
    return [str(message.get("text", "")) for message in other.messages(channel)]


def test_commands_messages_and_buttons_work_against_it(met: tuple[Peer, World]) -> None:
    other, line = met
    other.command("shop@1.1.0 to production")
    eventually(lambda: any("shop 1.1.0 → production done on 4 hosts" in one for one in texts(other, "deploys")), LONG)
    assert line.releases() == ["1.1.0"] * 4
    eventually(lambda: all(not one.startswith("DOWN") for one in texts(other, "alerts")), LONG)
    before = len(texts(other, "alerts"))
    line.machines.act("web4", "stop")
    eventually(lambda: any(one.startswith("DOWN") for one in texts(other, "alerts")[before:]), LONG)
    down = other.messages("alerts")[before]
    button = {"type": "button", "action_id": "incident.restart", "value": _value(down)}
    other.click(down, button)
    eventually(lambda: texts(other, "alerts")[before].startswith("UP"), LONG)
    eventually(lambda: line.apps() == ["running"] * 4, LONG)  # a restart may outlast the outage that it ends
    assert len([one for one in texts(other, "deploys") if "Deploy 1 · shop 1.1.0 → production done" in one]) == 1


def _value(message: dict[str, object]) -> str:
    """The value of the restart button."""
    blocks = message["blocks"]
    assert isinstance(blocks, list)
    buttons = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    return str(buttons[0]["value"])
