"""Trouble on demand, as the real client meets it."""

import threading
import time
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.server import Server
from tests.sandbox.slack.apps import bolt_app, by_socket
from tests.sandbox.slack.refusal import error_of, refusal
from tests.waiting import eventually


def post(client: WebClient, text: str = "x") -> Any:
    return client.chat_postMessage(channel="#deploys", text=text)


def test_a_rate_limit_says_when_to_come_back_and_stores_nothing(server: Server, client: WebClient) -> None:
    server.faults.add("chat.postMessage", kind="rate_limited", retry_after=3, times=1)
    answer = refusal(post, client)
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "3")
    assert server.messages("deploys") == []
    assert post(client)["ok"]


def test_the_sdks_own_handler_waits_and_succeeds(server: Server, client: WebClient) -> None:
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    server.faults.add("chat.postMessage", kind="rate_limited", retry_after=1, times=1)
    assert post(client)["ok"]
    assert len(server.messages("deploys")) == 1


def test_a_server_error_stores_nothing(server: Server, client: WebClient) -> None:
    server.faults.add("chat.*", kind="server_error", times=2)
    assert refusal(post, client).status_code == 500
    assert refusal(client.chat_delete, channel="C1", ts="1.0").status_code == 500
    assert server.messages("deploys") == []
    assert post(client)["ok"]


def test_an_old_slack_refuses_newer_blocks_and_takes_the_others(server: Server, client: WebClient) -> None:
    server.faults.add("*", kind="old_blocks")
    plan = {"type": "plan", "title": "Deploy 41", "tasks": [{"task_id": "1", "title": "Preflight"}]}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
    answer = refusal(client.chat_postMessage, channel="#deploys", text="x", blocks=[section, plan])
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["unsupported type [json-pointer:/blocks/1]"]
    assert client.chat_postMessage(channel="#deploys", text="x", blocks=[section])["ok"]


def test_a_lost_reply_stores_the_message_and_cuts_the_connection(server: Server, client: WebClient) -> None:
    server.faults.add("chat.postMessage", kind="lost_reply", times=1)
    with pytest.raises(ConnectionError):
        post(client, "once")
    assert [row["text"] for row in server.messages("deploys")] == ["once"]


def test_an_sdk_that_retries_after_a_lost_reply_posts_twice(server: Server, client: WebClient) -> None:
    client.retry_handlers.append(ConnectionErrorRetryHandler(max_retry_count=1))
    server.faults.add("chat.postMessage", kind="lost_reply", times=1)
    post(client, "twice")
    assert [row["text"] for row in server.messages("deploys")] == ["twice", "twice"]


def test_a_reply_to_a_refused_call_is_not_lost(server: Server, client: WebClient) -> None:
    server.faults.add("chat.postMessage", kind="lost_reply", times=1)
    assert error_of(client.chat_postMessage, channel="C0NOWHERE", text="x") == "channel_not_found"


def test_a_slow_reply_comes_after_its_seconds(server: Server, client: WebClient) -> None:
    server.faults.add("chat.postMessage", kind="slow", seconds=0.3, times=1)
    started = time.monotonic()
    post(client)
    assert time.monotonic() - started >= 0.3


def test_a_client_that_does_not_wait_finds_its_message_stored_later(server: Server) -> None:
    hurried = WebClient(server.bot_token, base_url=server.api_url, timeout=1, retry_handlers=[])
    server.faults.add("chat.postMessage", kind="slow", seconds=1.3, times=1)
    with pytest.raises(TimeoutError):
        post(hurried)
    eventually(lambda: len(server.messages("deploys")) == 1)


def test_slack_away_answers_nobody_and_drops_the_sockets(server: Server, client: WebClient) -> None:
    app = bolt_app(server)
    app.command("/deploy")(lambda ack: ack())
    with by_socket(server, app):
        server.faults.add("*", kind="away")
        eventually(lambda: server.sockets == 0)
        assert refusal(post, client).status_code == 503
        assert server.command("ana", "/deploy").error == "dispatch_failed"
        hook = server.hub.hooks.new(server.users["ana"], server.channels["deploys"])
        assert WebhookClient(hook).send(text="x").status_code == 503
        server.faults.clear()
        assert post(client)["ok"]


def test_a_bolt_app_comes_back_when_slack_does(server: Server) -> None:
    app = bolt_app(server)
    app.command("/deploy")(lambda ack: ack())
    with by_socket(server, app) as handler:
        server.faults.add("*", kind="away")
        eventually(lambda: server.sockets == 0)
        server.faults.clear()
        handler.client.connect_to_new_endpoint(force=True)
        eventually(lambda: server.sockets == 1)
        assert server.command("ana", "/deploy").ok


def test_faults_reach_response_urls_and_uploads(server: Server, client: WebClient, deploys: str) -> None:
    hook = WebhookClient(server.hub.hooks.new(server.users["ana"], deploys), retry_handlers=[])
    server.faults.add("response_url", kind="server_error", times=1)
    assert hook.send(text="x").status_code == 500
    server.faults.add("response_url", kind="lost_reply", times=1)
    with pytest.raises(ConnectionError):
        hook.send(text="stored")
    assert [row["text"] for row in server.messages("deploys", user="ana")] == ["stored"]
    server.faults.add("upload", kind="server_error", times=1)
    with pytest.raises(Exception, match="500"):
        client.files_upload_v2(channel=deploys, content="log", filename="log.txt")


@pytest.mark.parametrize(
    ("pattern", "method", "hit"),
    [
        ("chat.postMessage", "chat.postMessage", True),
        ("chat.*", "chat.update", True),
        ("*", "auth.test", True),
        ("chat.postMessage", "chat.update", False),
        ("views.*", "chat.update", False),
    ],
)
def test_a_fault_hits_what_its_pattern_names(pattern: str, method: str, hit: bool) -> None:
    faults = Faults()
    faults.add(pattern, kind="server_error")
    assert (faults.take(method, "server_error") is not None) == hit


def test_a_fault_with_a_number_of_times_is_used_up(server: Server) -> None:
    changes: list[int] = []
    faults = Faults(lambda: changes.append(1))
    faults.add("*", kind="slow", seconds=1, times=2)
    assert [faults.take("a", "slow") is None for _ in range(3)] == [False, False, True]
    assert faults.shown() == []
    assert len(changes) == 3


def test_only_known_faults_can_be_added() -> None:
    with pytest.raises(ValueError, match="rate_limited, server_error, lost_reply, slow, away"):
        Faults().add("*", kind="gremlins")


def test_faults_may_be_taken_by_many_threads_without_losing_count() -> None:
    faults = Faults()
    taken: list[int] = []
    faults.add("*", kind="server_error", times=50)

    def take() -> None:
        taken.extend(1 for _ in range(100) if faults.take("a", "server_error"))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 50
