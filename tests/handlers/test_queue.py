"""One that fell out of the line is asked for again by a click in its thread, which only who asked may make."""

from typing import Any

import pytest

from tests.building import said
from tests.engine.asking import careful
from tests.handlers.front import Front
from tests.waiting import eventually


@pytest.fixture
def fallen(front: Front) -> tuple[Front, dict[str, Any]]:
    """Ben's deploy waited for ana's lock; at its turn it wanted a click. With the reply of its thread, as posted."""
    front.line.fleet = careful()
    front.answer("ana", 'lock shop in production "load test"')
    front.answer("ben", "shop@1.4.2 to production --wait")
    front.answer("ana", "unlock shop in production")
    front.line.queue.serve()
    blocks = front.line.blocks("queue:1:ended")
    text = front.line.messages()["queue:1:ended"]
    posted = front.app.client.chat_postMessage(channel="C00DEPLOYS0", text=text, blocks=blocks)
    return front, dict(posted["message"], channel="C00DEPLOYS0", ts=posted["ts"])


def answered(front: Front, reply: dict[str, Any], user: str) -> str:
    before = len(front.private(user))
    assert front.server.click(user, reply, "queue.again").error is None
    found = eventually(lambda: front.private(user)[before:])
    return str(said(found[0]["blocks"]))


def test_who_asked_is_shown_the_plan_with_its_button(fallen: tuple[Front, dict[str, Any]]) -> None:
    told = answered(*fallen, "ben")
    assert "Deploy shop 1.4.2 → production? Nothing has moved yet." in told
    assert "Deploy 1.4.2 to production" in told


def test_anybody_else_is_told_that_it_is_not_theirs(fallen: tuple[Front, dict[str, Any]]) -> None:
    assert "Only who asked for it can begin it." in answered(*fallen, "ana")
