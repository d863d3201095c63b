"""response_url: five uses in thirty minutes, and what may be posted there."""

from typing import Any

import pytest
from slack_sdk.webhook import WebhookClient

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.conftest import HandClock
from tests.sandbox.slack.pieces import section


@pytest.fixture
def hook(server: Server, deploys: str) -> WebhookClient:
    return WebhookClient(server.hub.hooks.new(server.users["ana"], deploys))


def test_five_answers_and_no_more(server: Server, hook: WebhookClient) -> None:
    answers = [hook.send(text=f"answer {number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[0].body == "ok"
    assert "used_url" in answers[5].body
    assert len(server.messages("deploys", user="ana")) == 5


@pytest.mark.parametrize(("minutes", "status"), [(30, 200), (30.1, 404)])
def test_an_answer_within_thirty_minutes(hook: WebhookClient, clock: HandClock, minutes: float, status: int) -> None:
    clock.forward(minutes * 60)
    answer = hook.send(text="late")
    assert answer.status_code == status
    assert status == 200 or "expired_url" in answer.body


def test_an_address_that_was_never_given_out(server: Server) -> None:
    answer = WebhookClient(f"{server.url}/hooks/commands/T1/guess").send(text="x")
    assert (answer.status_code, "no_service" in answer.body) == (404, True)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ],
)
def test_an_answer_that_slack_refuses_uses_nothing_up(
    server: Server, hook: WebhookClient, body: dict[str, Any], error: str
) -> None:
    for _ in range(6):
        answer = hook.send_dict(body)
        assert (answer.status_code, error in answer.body) == (400, True)
    assert hook.send(text="good").status_code == 200


@pytest.mark.parametrize(
    ("response_type", "seen_by_ben"),
    [(None, False), ("ephemeral", False), ("in_channel", True)],
)
def test_an_answer_is_for_one_person_unless_it_says_otherwise(
    server: Server, hook: WebhookClient, response_type: str | None, seen_by_ben: bool
) -> None:
    hook.send(text="answer", blocks=[section("*answer*")], response_type=response_type)
    assert bool(server.messages("deploys", user="ben")) == seen_by_ben
    [message] = server.messages("deploys", user="ana")
    assert message["blocks"][0]["text"]["text"] == "*answer*"


def test_an_answer_may_go_into_a_thread(server: Server, hook: WebhookClient) -> None:
    root = server.post("ana", "root")["ts"]
    hook.send_dict({"text": "answer", "response_type": "in_channel", "thread_ts": root})
    assert [row["text"] for row in server.messages("deploys", thread_ts=root)] == ["root", "answer"]


def test_a_click_replaces_or_deletes_the_message_it_came_from(server: Server, deploys: str) -> None:
    first, second = server.post("ana", "first"), server.post("ana", "second")
    ana = server.users["ana"]
    WebhookClient(server.hub.hooks.new(ana, deploys, first["ts"], "actions")).send(text="new", replace_original=True)
    WebhookClient(server.hub.hooks.new(ana, deploys, second["ts"], "actions")).send(delete_original=True)
    [left] = server.messages("deploys")
    assert (left["ts"], left["text"]) == (first["ts"], "new")


def test_an_original_that_is_gone_is_answered_with_a_new_message(server: Server, deploys: str) -> None:
    hook = WebhookClient(server.hub.hooks.new(server.users["ana"], deploys, "1.000001", "actions"))
    assert hook.send(delete_original=True).status_code == 200
    hook.send(text="new", replace_original=True)
    assert [row["text"] for row in server.messages("deploys", user="ana")] == ["new"]


def test_posts_are_remembered_like_calls(server: Server, hook: WebhookClient) -> None:
    hook.send(text="one")
    hook.send_dict({"text": ""})
    seen = server.calls("response_url")
    assert [call.response["ok"] for call in seen] == [True, False]
