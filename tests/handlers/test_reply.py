"""Answers in a Slack that does not know the newer blocks: said more plainly, once each, and to nobody else."""

from typing import Any

import pytest

from bot.rolls import Roll, Span
from bot.sandbox.slack.server import Server
from bot.state.rolls import Rolls
from handlers.reply import tell
from tests.engine.watching import fleet_with
from tests.handlers.front import Front
from tests.messages.test_sights import hours, shown, trace
from tests.sandbox.slack.apps import web_client


@pytest.fixture
def server(front: Front) -> Server:
    """With a check of the shop that has been asked for a day."""
    front.line.fleet = fleet_with()
    clock, rolls = front.line.clock, Rolls(front.line.db)
    last = Span.HOUR.number(clock.now())
    rolls.put(Span.HOUR, {"shop/production/http": [Roll(last - ago, 120, 0, {60: 120}) for ago in range(1, 20)]})
    return front.server


def answer(front: Front) -> dict[str, Any]:
    before = len(front.private("ana"))
    assert front.server.command("ana", "/status", "checks shop").error is None
    return front.one(lambda: front.private("ana")[before:])


def kinds(message: dict[str, Any]) -> set[str]:
    return {block["type"] for block in message["blocks"]}


def test_a_slack_that_knows_charts_shows_one(front: Front, server: Server) -> None:
    assert "data_visualization" in kinds(answer(front))
    assert len(server.calls("response_url")) == 1


def test_where_charts_are_refused_the_same_is_said_with_lines_of_blocks(front: Front, server: Server) -> None:
    server.faults.add("response_url", kind="old_blocks")
    message = answer(front)
    assert kinds(message) == {"section", "context"}
    assert "`███████████████████` median" in str(message["blocks"])
    refusals = [call.response.get("error") for call in server.calls("response_url")]
    assert refusals == ["invalid_blocks", None]


def test_beside_a_modal_it_is_the_same(front: Front, server: Server) -> None:
    server.faults.add("chat.postEphemeral", kind="old_blocks")
    channel = server.channels["deploys"]
    message = shown(trace(seen=hours(0.1, 0.2, 0.3)))
    tell(front.office, web_client(server), server.users["ana"], channel, message)
    [said] = front.private("ana")
    assert kinds(said) == {"section", "context"}
    assert len(server.calls("chat.postEphemeral")) == 2
