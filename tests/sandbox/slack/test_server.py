"""Starting, stopping, and using the workspace from many threads."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.sandbox.slack.ids import Timestamps, new_id
from bot.sandbox.slack.server import Seed, Server
from bot.sandbox.slack.triggers import REMEMBERED, Triggers
from tests.sandbox.slack.apps import web_client
from tests.waiting import eventually


def test_it_listens_on_this_machine_only(server: Server) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    assert host == "127.0.0.1"
    assert int(port) > 0
    assert server.api_url == server.url + "/api/"


def test_it_gives_its_port_back() -> None:
    first = Server(Seed.demo())
    first.start()
    port = int(first.url.rpartition(":")[2])
    first.stop()
    second = Server(Seed.demo(), port=port)
    second.start()
    assert second.url == first.url
    second.stop()


def test_it_comes_back_where_it_was_with_what_it_had(tmp_path: Path) -> None:
    server = Server(Seed.demo(), state_file=tmp_path / "slack.jsonl")
    server.start()
    client, url = web_client(server), server.url
    client.chat_postMessage(channel="#deploys", text="before")
    server.stop()
    with pytest.raises(OSError, match="refused"):
        client.chat_postMessage(channel="#deploys", text="nobody is there")
    server.start()
    client.chat_postMessage(channel="#deploys", text="after")
    server.stop()
    assert server.url == url
    kept = Server(Seed.demo(), state_file=tmp_path / "slack.jsonl")
    assert [row["text"] for row in kept.messages("deploys")] == ["before", "after"]
    kept.stop()


def test_a_taken_port_is_an_error_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = Server(Seed.demo(), port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            server.start()
        server.stop()


def test_stopping_hangs_up_and_leaves_no_thread() -> None:
    others = set(threading.enumerate())  # a server that other tests share may be among them
    server = Server(Seed.demo())
    server.start()
    client = web_client(server)
    client.auth_test()
    server.stop()
    server.stop()
    assert not any(thread.name == "sandbox" for thread in set(threading.enumerate()) - others)
    with pytest.raises(OSError, match="refused"):
        client.auth_test()


def test_stopping_does_not_wait_for_a_slow_answer() -> None:
    server = Server(Seed.demo())
    server.start()
    server.faults.add("*", kind="slow", seconds=60)
    client = web_client(server)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.auth_test)
        eventually(lambda: server.hub.faults.taken)
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < 5
        with pytest.raises(OSError, match=r"closed|reset"):
            asked.result()


def test_a_person_cannot_act_before_it_runs() -> None:
    server = Server(Seed.demo())
    with pytest.raises(RuntimeError, match=r"call start\(\) first"):
        server.command("ana", "/deploy")
    assert server.messages("deploys") == []
    server.stop()


def test_many_threads_may_post_at_once(server: Server) -> None:
    def talk(number: int) -> str:
        return str(server.post("ana", str(number))["ts"])

    with ThreadPoolExecutor(8) as pool:
        stamps = list(pool.map(talk, range(100)))
    assert len(set(stamps)) == 100
    said = server.messages("deploys")
    assert sorted(int(row["text"]) for row in said) == list(range(100))
    assert [row["ts"] for row in said] == sorted(stamps)


def test_people_and_channels_go_by_name(server: Server) -> None:
    assert server.users.keys() == {"ana", "ben", "cid", "lea"}
    assert server.channels.keys() == {"general", "deploys", "alerts"}
    server.post("ana", "by name", channel="#alerts")
    server.post(server.users["ana"], "by id", channel=server.channels["alerts"])
    assert [row["text"] for row in server.messages("alerts")] == ["by name", "by id"]


def test_two_workspaces_do_not_know_each_other(server: Server) -> None:
    other = Server(Seed.demo())
    other.start()
    other.post("ana", "elsewhere")
    other.hub.workspace.channels["C00DEPLOYS0"].members.clear()
    other.stop()
    assert server.messages("deploys") == []
    assert server.hub.workspace.channels["C00DEPLOYS0"].members != []


@contextmanager
def plain_socket_client(server: Server, seen: list[SocketModeRequest]) -> Iterator[SocketModeClient]:
    """slack_sdk's Socket Mode client without Bolt."""
    client = SocketModeClient(app_token=server.app_token, web_client=web_client(server))

    def answer(client_: BaseSocketModeClient, request: SocketModeRequest) -> None:
        seen.append(request)
        client_.send_socket_mode_response(SocketModeResponse(request.envelope_id, {"text": "by hand"}))

    client.socket_mode_request_listeners.append(answer)
    client.connect()
    eventually(lambda: server.sockets == 1)
    try:
        yield client
    finally:
        client.auto_reconnect_enabled = False
        server.drop_sockets(None)
        threading.Thread(target=client.close, daemon=True).start()


def test_the_sdks_socket_client_works_without_bolt(server: Server) -> None:
    seen: list[SocketModeRequest] = []
    with plain_socket_client(server, seen):
        delivery = server.command("ana", "/deploy", "shop")
    assert delivery.response == {"text": "by hand"}
    assert (seen[0].type, seen[0].accepts_response_payload) == ("slash_commands", True)
    assert server.messages("deploys", user="ana")[0]["text"] == "by hand"


@pytest.mark.parametrize(
    ("ticks", "stamps"),
    [
        ([1.0, 1.0, 1.0], ["1.000000", "1.000001", "1.000002"]),
        ([2.5, 1.0, 3.0], ["2.500000", "2.500001", "3.000000"]),
    ],
    ids=["the clock stands", "the clock goes back"],
)
def test_timestamps_only_rise(ticks: list[float], stamps: list[str]) -> None:
    ticking = iter(ticks)
    times = Timestamps(lambda: next(ticking))
    assert [times.next() for _ in ticks] == stamps


def test_ids_name_their_kind_and_differ() -> None:
    ids = {new_id("V") for _ in range(100)}
    assert len(ids) == 100
    assert all(one.startswith("V0") and len(one) == 11 for one in ids)


def test_old_triggers_are_forgotten() -> None:
    triggers = Triggers(lambda: 0.0)
    for _ in range(REMEMBERED + 10):
        triggers.new("U1")
    assert len(triggers._known) == REMEMBERED
