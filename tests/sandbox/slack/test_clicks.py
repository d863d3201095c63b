"""Buttons and menus in messages and on the home tab."""

from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.apps import bolt_app, by_socket
from tests.sandbox.slack.pieces import actions, button, home, options, plain, section, text_field
from tests.waiting import eventually


def app_that_hears(server: Server) -> tuple[App, list[dict[str, Any]]]:
    app, heard = bolt_app(server), []

    @app.action({"block_id": "b"})
    def anything(ack: Ack, body: dict[str, Any]) -> None:
        heard.append(body)
        ack()

    return app, heard


def post(client: WebClient, *blocks: dict[str, Any], **more: Any) -> None:
    client.chat_postMessage(channel="#deploys", text="Deploy 41", blocks=list(blocks), **more)


def test_a_click_carries_who_where_what_and_the_message(server: Server, client: WebClient) -> None:
    app, heard = app_that_hears(server)
    metadata = {"event_type": "deploy", "event_payload": {"id": 41}}
    post(client, actions(button("rollback", value="41"), block_id="b"), metadata=metadata)
    [message] = server.messages("deploys")
    with by_socket(server, app):
        assert server.click("ben", message, "rollback").ok
    [body] = heard
    assert body["user"] == {"id": server.users["ben"], "username": "ben", "name": "ben", "team_id": "T00SANDBOX0"}
    assert body["container"] == {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": message["channel"],
        "is_ephemeral": False,
    }
    [acted] = body["actions"]
    assert (acted["action_id"], acted["block_id"], acted["type"], acted["value"]) == ("rollback", "b", "button", "41")
    assert acted["text"] == plain("Go")
    assert body["message"]["metadata"] == metadata
    assert body["response_url"].startswith(server.url + "/hooks/actions/")


OPTION = options("web1")[0]


@pytest.mark.parametrize(
    ("element", "selected", "sent"),
    [
        ({"type": "static_select", "options": options("web1", "web2")}, "web1", {"selected_option": OPTION}),
        (
            {"type": "multi_static_select", "options": options("web1", "web2")},
            ["web1"],
            {"selected_options": [OPTION]},
        ),
        (
            {"type": "static_select", "option_groups": [{"label": plain("g"), "options": options("web1")}]},
            "web1",
            {"selected_option": OPTION},
        ),
        ({"type": "users_select"}, "U0000000ANA", {"selected_user": "U0000000ANA"}),
        ({"type": "multi_users_select"}, ["U0000000ANA"], {"selected_users": ["U0000000ANA"]}),
        ({"type": "conversations_select"}, "C00DEPLOYS0", {"selected_conversation": "C00DEPLOYS0"}),
        ({"type": "channels_select"}, "C00DEPLOYS0", {"selected_channel": "C00DEPLOYS0"}),
        ({"type": "overflow", "options": options("web1")}, "web1", {"selected_option": OPTION}),
        ({"type": "datepicker"}, "2026-11-20", {"selected_date": "2026-11-20"}),
        ({"type": "timepicker"}, "14:32", {"selected_time": "14:32"}),
        ({"type": "datetimepicker"}, 1_763_679_600, {"selected_date_time": 1_763_679_600}),
        ({"type": "radio_buttons", "options": options("web1")}, "web1", {"selected_option": OPTION}),
        ({"type": "checkboxes", "options": options("web1", "web2")}, ["web1"], {"selected_options": [OPTION]}),
        ({"type": "external_select"}, OPTION, {"selected_option": OPTION}),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) and "type" in value else None,
)
def test_each_element_sends_what_was_chosen(
    server: Server, client: WebClient, element: dict[str, Any], selected: Any, sent: dict[str, Any]
) -> None:
    app, heard = app_that_hears(server)
    post(client, actions({**element, "action_id": "a"}, block_id="b"))
    with by_socket(server, app):
        server.click("ana", server.messages("deploys")[0], "a", selected=selected)
    [acted] = heard[0]["actions"]
    assert sent.items() <= acted.items()
    assert acted["type"] == element["type"]


def test_a_click_tells_what_else_is_filled_in(server: Server, client: WebClient) -> None:
    app, heard = app_that_hears(server)
    post(client, text_field("reason"), actions(button(), block_id="b"))
    with by_socket(server, app):
        server.click("ana", server.messages("deploys")[0], "go", values={"reason": {"text": "hotfix"}})
    assert heard[0]["state"]["values"] == {"reason": {"text": {"type": "plain_text_input", "value": "hotfix"}}}


def test_a_late_click_carries_the_message_as_it_is_now(server: Server, client: WebClient) -> None:
    app, heard = app_that_hears(server)
    post(client, actions(button("promote", value="41"), block_id="b"))
    [stale] = server.messages("deploys")
    client.chat_update(channel=stale["channel"], ts=stale["ts"], text="done", blocks=[section("done")])
    with by_socket(server, app):
        server.click("ana", stale, "promote")
    assert heard[0]["actions"][0]["value"] == "41"
    assert heard[0]["message"]["text"] == "done"


def test_an_element_that_is_not_there_cannot_be_pressed(server: Server, client: WebClient) -> None:
    post(client, actions(button("promote"), {"type": "static_select", "action_id": "s", "options": options("a")}))
    [message] = server.messages("deploys")
    with pytest.raises(LookupError, match="rollback"):
        server.click("ana", message, "rollback")
    with pytest.raises(LookupError, match="no option 'z'"):
        server.click("ana", message, "s", selected="z")


def test_a_click_in_an_ephemeral_message_can_replace_it(server: Server, client: WebClient) -> None:
    app = bolt_app(server)
    heard = []

    @app.action("go")
    def go(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        heard.append(body)
        ack()
        respond(text="replaced", replace_original=True)

    ana = server.users["ana"]
    client.chat_postEphemeral(channel="#deploys", user=ana, text="x", blocks=[actions(button())])
    with by_socket(server, app):
        server.click("ana", server.messages("deploys", user="ana")[0], "go")
        eventually(lambda: server.messages("deploys", user="ana")[0]["text"] == "replaced")
    assert heard[0]["container"]["is_ephemeral"]
    assert "message" not in heard[0]
    assert len(server.messages("deploys", user="ana")) == 1


def test_a_click_can_take_the_message_away(server: Server, client: WebClient) -> None:
    app = bolt_app(server)

    @app.action("go")
    def go(ack: Ack, respond: Respond) -> None:
        ack()
        respond(delete_original=True)

    post(client, actions(button()))
    with by_socket(server, app):
        server.click("ana", server.messages("deploys")[0], "go")
        eventually(lambda: not server.messages("deploys"))


def test_a_click_on_the_home_tab_comes_from_the_view(server: Server, client: WebClient) -> None:
    app, heard = app_that_hears(server)
    client.views_publish(user_id=server.users["ana"], view=home(actions(button(), block_id="b")))
    view = server.home("ana")
    assert view is not None
    with by_socket(server, app):
        server.click("ana", view, "go")
    assert heard[0]["container"] == {"type": "view", "view_id": view["id"]}
    assert heard[0]["view"]["type"] == "home"
    assert "response_url" not in heard[0]


def test_a_click_that_reaches_nobody_says_so(server: Server, client: WebClient) -> None:
    post(client, actions(button()))
    noticed: list[dict[str, Any]] = []
    server.hub.feed.listen(server.users["ana"], noticed.append)
    assert server.click("ana", server.messages("deploys")[0], "go").error == "dispatch_failed"
    assert "did not reach the app" in noticed[-1]["text"]
