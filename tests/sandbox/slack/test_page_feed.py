"""What the page is told: its frame, its messages, and every event as it happens."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from websockets.sync.client import connect

from bot.sandbox.slack.server import Seed, Server
from tests.sandbox.slack.pieces import home, manifest, modal, section
from tests.waiting import eventually

Json = dict[str, Any]


@pytest.fixture
def get(server: Server) -> Iterator[Callable[..., Any]]:
    with requests.Session() as session:

        def getting(path: str, **params: str) -> Any:
            return session.get(server.url + path, params=params, timeout=5).json()

        yield getting


@contextmanager
def window(server: Server, user: str) -> Iterator[Callable[[str], Json]]:
    """A person's open page; calling it gives the next event of a type."""
    url = f"{server.url.replace('http', 'ws', 1)}/page/live?user={server.users[user]}"
    with connect(url, compression=None) as socket:

        def next_of(kind: str) -> Json:
            while True:
                event: Json = json.loads(socket.recv(timeout=5))
                if event["type"] == kind:
                    return event

        next_of("hello")
        yield next_of


def test_the_frame_names_everybody_and_everything(server: Server, get: Callable[..., Any]) -> None:
    server.register(manifest())
    server.faults.add("chat.postMessage", kind="slow", seconds=2)
    state = get("/page/state", user=server.users["ben"])
    assert state["me"] == server.users["ben"]
    assert state["team"]["name"] == "Sandbox workspace"
    assert [person["name"] for person in state["users"]] == ["ana", "ben", "cid", "lea", "pointsman"]
    assert state["users"][0].keys() >= {"id", "real_name", "title", "color", "is_bot"}
    assert [place["name"] for place in state["channels"]] == ["general", "deploys", "alerts"]
    assert state["commands"] == [{"command": "/deploy", "description": "Deploy", "usage_hint": "SERVICE to ENV"}]
    assert {group["handle"] for group in state["usergroups"]} == {"leads", "oncall", "engineering", "shop-team"}
    assert (state["faults"][0]["kind"], state["sockets"], state["machines_url"]) == ("slow", 0, None)


def test_a_person_who_is_unknown_sees_the_page_as_the_first_one(server: Server, get: Callable[..., Any]) -> None:
    assert get("/page/state", user="U0GONE")["me"] == get("/page/state")["me"] == server.users["ana"]


def test_a_channel_shows_no_replies_and_only_ones_own_ephemerals(
    server: Server, client: WebClient, deploys: str, get: Callable[..., Any]
) -> None:
    root = client.chat_postMessage(channel=deploys, text="root", metadata={"event_type": "e", "event_payload": {}})[
        "ts"
    ]
    client.chat_postMessage(channel=deploys, text="reply", thread_ts=root)
    client.chat_postEphemeral(channel=deploys, user=server.users["ana"], text="only ana")
    ana = get("/page/messages", channel=deploys, user=server.users["ana"])
    ben = get("/page/messages", channel=deploys, user=server.users["ben"])
    thread = get("/page/messages", channel=deploys, user=server.users["ben"], thread_ts=root)
    assert [(row["text"], row["ephemeral"]) for row in ana] == [("root", False), ("only ana", True)]
    assert [row["text"] for row in ben] == ["root"]
    assert (ben[0]["reply_count"], ben[0]["metadata"]["event_type"]) == (1, "e")
    assert [row["text"] for row in thread] == ["root", "reply"]


def test_the_direct_conversation_with_the_app_appears_with_its_first_message(
    server: Server, client: WebClient, get: Callable[..., Any]
) -> None:
    client.chat_postMessage(channel=server.users["ana"], text="hi")
    assert get("/page/state", user=server.users["ana"])["channels"][-1]["kind"] == "im"
    assert all(place["kind"] != "im" for place in get("/page/state", user=server.users["ben"])["channels"])


def test_opening_the_home_tab_asks_the_app_for_it(server: Server, client: WebClient, get: Callable[..., Any]) -> None:
    assert get("/page/home", user=server.users["ana"]) is None
    client.views_publish(user_id=server.users["ana"], view=home())
    assert get("/page/home", user=server.users["ana"])["type"] == "home"


@pytest.mark.parametrize(
    ("path", "params", "error"),
    [
        ("/page/messages", {"user": "U0000000ANA", "channel": "C0NOWHERE"}, "channel_not_found"),
        ("/page/messages", {"user": "U0NOBODY", "channel": "C00DEPLOYS0"}, "user_not_found"),
        ("/page/home", {}, "user_not_found"),
        ("/page/machines", {}, "no_machines"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    get: Callable[..., Any], path: str, params: dict[str, str], error: str
) -> None:
    assert get(path, **params) == {"ok": False, "error": error}


def test_a_message_is_seen_come_change_and_go(server: Server, client: WebClient, deploys: str) -> None:
    with window(server, "ana") as next_of:
        ts = client.chat_postMessage(channel=deploys, text="one")["ts"]
        assert next_of("message")["message"]["text"] == "one"
        client.chat_update(channel=deploys, ts=ts, text="two", blocks=[section("two")])
        changed = next_of("message_changed")
        assert (changed["channel"], changed["message"]["ts"], changed["message"]["text"]) == (deploys, ts, "two")
        client.chat_delete(channel=deploys, ts=ts)
        assert next_of("message_deleted")["message"]["ts"] == ts


def test_a_reply_also_changes_its_root(server: Server, client: WebClient, deploys: str) -> None:
    root = client.chat_postMessage(channel=deploys, text="root")["ts"]
    with window(server, "ana") as next_of:
        client.chat_postMessage(channel=deploys, text="reply", thread_ts=root)
        assert next_of("message")["message"]["thread_ts"] == root
        assert next_of("message_changed")["message"]["reply_count"] == 1


def test_an_ephemeral_message_reaches_one_window(server: Server, client: WebClient, deploys: str) -> None:
    with window(server, "ana") as ana, window(server, "ben") as ben:
        client.chat_postEphemeral(channel=deploys, user=server.users["ana"], text="only ana")
        client.chat_postMessage(channel=server.users["ana"], text="direct")
        client.chat_postMessage(channel=deploys, text="all")
        assert ana("ephemeral")["message"]["text"] == "only ana"
        assert ana("message")["message"]["text"] == "direct"
        assert ben("message")["message"]["text"] == "all"


def test_modals_and_home_tabs_reach_their_person(server: Server, client: WebClient) -> None:
    with window(server, "ana") as next_of:
        trigger = server.hub.triggers.new(server.users["ana"])
        view = client.views_open(trigger_id=trigger, view=modal())["view"]
        opened = next_of("view")
        assert (opened["action"], opened["view"]["id"]) == ("open", view["id"])
        client.views_update(view_id=view["id"], view=modal(section()))
        assert next_of("view")["action"] == "update"
        client.views_push(trigger_id=server.hub.triggers.new(server.users["ana"]), view=modal())
        assert next_of("view")["action"] == "push"
        server.close_view("ana", view["id"])
        assert [next_of("view")["action"] for _ in range(2)] == ["close", "close"]
        client.views_publish(user_id=server.users["ana"], view=home())
        assert next_of("home")["view"]["type"] == "home"


def test_faults_and_notices_are_shown(server: Server) -> None:
    with window(server, "ana") as next_of:
        server.faults.add("chat.*", kind="rate_limited", times=2)
        assert next_of("faults")["faults"][0]["times"] == 2
        server.faults.clear()
        assert next_of("faults")["faults"] == []
        server.command("ana", "/deploy")
        assert next_of("notice")["text"] == "/deploy failed with the error “dispatch_failed”"


def test_a_closed_window_is_forgotten(server: Server) -> None:
    with window(server, "ana"):
        assert len(server.hub.feed._listeners) == 1
    eventually(lambda: not server.hub.feed._listeners)


class Room:
    """Two machines."""

    def __init__(self) -> None:
        self.acted: list[tuple[str, str]] = []

    def list(self) -> Sequence[Mapping[str, object]]:
        return [{"name": "web1", "address": "127.0.0.1:2201", "app": "running", "release": "1.0.0", "detail": ""}]

    def act(self, name: str, action: str) -> None:
        if name != "web1":
            raise KeyError(name)
        if action != "stop":
            raise ValueError(action)
        self.acted.append((name, action))


def test_the_machine_room_lists_and_switches() -> None:
    room = Room()
    server = Server(Seed.demo(), machines=room)
    server.start()
    try:
        base = server.url + "/page/machines"
        assert requests.get(server.url + "/page/state", timeout=5).json()["machines_url"] == "/page/machines"
        assert requests.get(base, timeout=5).json()[0]["name"] == "web1"
        assert requests.post(base + "/web1/stop", timeout=5).json() == {"ok": True}
        assert requests.post(base + "/web9/stop", timeout=5).json()["error"] == "no_such_machine"
        assert requests.post(base + "/web1/dance", timeout=5).json()["error"] == "no_such_action"
    finally:
        server.stop()
    assert room.acted == [("web1", "stop")]


def test_the_page_itself_is_served(server: Server) -> None:
    page = requests.get(server.url, timeout=5)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "stand-in" in page.text
    assert requests.get(server.url + "/page/static/index.html", timeout=5).status_code == 200
    assert requests.get(server.url + "/page/static/..%2fslack%2fserver.py", timeout=5).status_code == 404
