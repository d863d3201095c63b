"""Modals with a real Bolt app: opened by a command, filled in, answered with every response_action."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.apps import bolt_app, by_socket
from tests.sandbox.slack.pieces import field, modal, options, plain, section, text_field
from tests.waiting import eventually


@pytest.fixture
def app(server: Server) -> Iterator[App]:
    """`/deploy` opens a modal that asks for a reason."""
    app = bolt_app(server)

    @app.command("/deploy")
    def deploy(ack: Ack, command: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=command["trigger_id"], view=modal(callback_id="form", notify_on_close=True))

    with by_socket(server, app):
        yield app


def opened(server: Server) -> dict[str, Any]:
    server.command("ana", "/deploy")
    [view] = eventually(lambda: server.modals("ana"))
    return view


def on_submit(app: App, **answer: Any) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []

    @app.view("form")
    def form(ack: Ack, body: dict[str, Any]) -> None:
        heard.append(body)
        ack(**answer)

    return heard


def test_a_modal_is_seen_by_the_person_who_asked_for_it(server: Server, app: App) -> None:
    view = opened(server)
    assert (view["type"], view["callback_id"], view["root_view_id"]) == ("modal", "form", view["id"])
    assert server.modals("ben") == []


def test_a_submission_carries_the_values_and_closes_the_modal(server: Server, app: App) -> None:
    heard = on_submit(app)
    view = opened(server)
    delivery = server.submit("ana", view["id"], {"reason": {"text": "hotfix"}})
    assert delivery.ok
    [body] = heard
    assert body["view"]["state"]["values"] == {"reason": {"text": {"type": "plain_text_input", "value": "hotfix"}}}
    assert (body["view"]["id"], body["view"]["hash"]) == (view["id"], view["hash"])
    assert body["response_urls"] == []
    assert server.modals("ana") == []


def test_slacks_own_form_check_comes_before_the_app(server: Server, app: App) -> None:
    heard = on_submit(app)
    delivery = server.submit("ana", opened(server)["id"], {"reason": {"text": ""}})
    assert delivery.errors == {"reason": "Please complete this required field."}
    assert not delivery.ok
    assert heard == []


def test_errors_of_the_app_leave_the_modal_open(server: Server, app: App) -> None:
    on_submit(app, response_action="errors", errors={"reason": "Say why."})
    view = opened(server)
    delivery = server.submit("ana", view["id"], {"reason": {"text": "x"}})
    assert (delivery.ok, delivery.error, delivery.errors) == (False, None, {"reason": "Say why."})
    assert server.modals("ana") == [view]


@pytest.mark.parametrize("errors", [{"nowhere": "x"}, {"reason": "x", "nowhere": "y"}])
def test_errors_that_belong_to_no_field_are_refused(server: Server, app: App, errors: dict[str, str]) -> None:
    on_submit(app, response_action="errors", errors=errors)
    view = opened(server)
    delivery = server.submit("ana", view["id"], {"reason": {"text": "x"}})
    assert (delivery.error, delivery.errors) == ("invalid_response_errors", {})
    assert server.modals("ana") == [view]


def test_the_answer_may_be_another_view_in_the_same_place(server: Server, app: App) -> None:
    on_submit(app, response_action="update", view=modal(section("done"), submit=None))
    view = opened(server)
    server.submit("ana", view["id"], {"reason": {"text": "x"}})
    [shown] = server.modals("ana")
    assert (shown["id"], shown["blocks"][0]["text"]["text"]) == (view["id"], "done")
    assert shown["hash"] != view["hash"]


def test_the_answer_may_be_a_view_on_top(server: Server, app: App) -> None:
    on_submit(app, response_action="push", view=modal(text_field("sure"), callback_id="second"))
    view = opened(server)
    server.submit("ana", view["id"], {"reason": {"text": "x"}})
    below, top = server.modals("ana")
    assert (top["previous_view_id"], top["root_view_id"]) == (below["id"], view["id"])


def test_the_answer_may_clear_the_stack(server: Server, app: App) -> None:
    on_submit(app, response_action="clear")
    view = opened(server)
    trigger = server.hub.triggers.new(server.users["ana"])
    app.client.views_push(trigger_id=trigger, view=modal(callback_id="form"))
    assert len(server.modals("ana")) == 2
    server.submit("ana", server.modals("ana")[-1]["id"], {"reason": {"text": "x"}})
    assert view["id"] not in [shown["id"] for shown in server.modals("ana")]
    assert server.modals("ana") == []


def test_a_submission_on_top_uncovers_the_view_below(server: Server, app: App) -> None:
    on_submit(app)
    view = opened(server)
    app.client.views_push(trigger_id=server.hub.triggers.new(server.users["ana"]), view=modal(callback_id="form"))
    server.submit("ana", server.modals("ana")[-1]["id"], {"reason": {"text": "x"}})
    assert [shown["id"] for shown in server.modals("ana")] == [view["id"]]


def test_a_view_that_slack_refuses_leaves_the_old_one(server: Server, app: App) -> None:
    on_submit(app, response_action="update", view=modal(title={"type": "plain_text", "text": "x" * 25}))
    view = opened(server)
    delivery = server.submit("ana", view["id"], {"reason": {"text": "x"}})
    assert delivery.error == "invalid_arguments"
    assert server.modals("ana") == [view]


def test_an_app_that_does_not_answer_leaves_the_modal_open(server: Server, app: App) -> None:
    view = opened(server)
    server.drop_sockets(None)
    eventually(lambda: server.sockets == 0)
    assert server.submit("ana", view["id"], {"reason": {"text": "x"}}).error == "dispatch_failed"
    assert server.modals("ana") == [view]


def test_closing_tells_an_app_that_asked_for_it(server: Server, app: App) -> None:
    heard: list[dict[str, Any]] = []

    @app.view_closed("form")
    def closed(ack: Ack, body: dict[str, Any]) -> None:
        heard.append(body)
        ack()

    delivery = server.close_view("ana", opened(server)["id"])
    assert delivery is not None
    assert delivery.ok
    assert (heard[0]["type"], heard[0]["is_cleared"]) == ("view_closed", False)
    assert server.modals("ana") == []


def test_closing_is_nobodys_business_unless_the_view_says_so(server: Server, app: App) -> None:
    trigger = server.hub.triggers.new(server.users["ana"])
    view = app.client.views_open(trigger_id=trigger, view=modal())["view"]
    assert server.close_view("ana", view["id"]) is None
    assert server.modals("ana") == []


def test_closing_a_view_that_clears_closes_what_is_below_too(server: Server, app: App) -> None:
    opened(server)
    top = modal(callback_id="quiet", clear_on_close=True)
    app.client.views_push(trigger_id=server.hub.triggers.new(server.users["ana"]), view=top)
    heard: list[bool] = []

    @app.view_closed("form")
    def closed(ack: Ack, body: dict[str, Any]) -> None:
        heard.append(body["is_cleared"])
        ack()

    server.close_view("ana", server.modals("ana")[-1]["id"])
    assert server.modals("ana") == []
    assert heard == [True]


def test_a_select_may_ask_for_a_response_url(server: Server, app: App) -> None:
    heard = on_submit(app)
    select = {
        "type": "conversations_select",
        "action_id": "where",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
    }
    trigger = server.hub.triggers.new(server.users["ana"], server.channels["alerts"])
    view = app.client.views_open(trigger_id=trigger, view=modal(field("channel", select), callback_id="form"))["view"]
    server.submit("ana", view["id"], {})
    [url] = heard[0]["response_urls"]
    assert (url["block_id"], url["action_id"], url["channel_id"]) == ("channel", "where", server.channels["alerts"])


def test_options_are_asked_from_the_app_as_one_types(server: Server, app: App) -> None:
    @app.options("ref")
    def refs(ack: Ack, payload: dict[str, Any]) -> None:
        found = [name for name in ("1.0.0", "1.1.0", "2.0.0") if name.startswith(payload["value"])]
        ack(options=options(*found))

    select = {"type": "external_select", "action_id": "ref", "min_query_length": 0}
    trigger = server.hub.triggers.new(server.users["ana"])
    view = app.client.views_open(trigger_id=trigger, view=modal(field("ref", select)))["view"]
    assert [option["value"] for option in server.suggest("ana", view, "ref", "1.")] == ["1.0.0", "1.1.0"]
    assert server.suggest("ana", view, "ref", "9") == []
    with pytest.raises(LookupError):
        server.suggest("ana", view, "nothing", "1")


def test_options_may_come_in_groups(server: Server, app: App) -> None:
    @app.options("ref")
    def refs(ack: Ack) -> None:
        ack(option_groups=[{"label": plain("Tags"), "options": options("1.0.0")}])

    select = {"type": "external_select", "action_id": "ref", "min_query_length": 0}
    trigger = server.hub.triggers.new(server.users["ana"])
    view = app.client.views_open(trigger_id=trigger, view=modal(field("ref", select)))["view"]
    assert [option["value"] for option in server.suggest("ana", view, "ref", "1.")] == ["1.0.0"]
    (group,) = server.suggested("ana", view, "ref", "1.")["option_groups"]
    assert group["label"]["text"] == "Tags"


def test_a_choice_in_a_modal_comes_with_what_the_form_holds_by_then(server: Server, app: App) -> None:
    held: list[Any] = []

    @app.action("ref")
    def chosen(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        held.append(body["view"]["state"]["values"]["ref"]["ref"]["selected_option"]["value"])

    select = {"type": "static_select", "action_id": "ref", "options": options("1.0.0", "1.1.0")}
    trigger = server.hub.triggers.new(server.users["ana"])
    view = app.client.views_open(trigger_id=trigger, view=modal({**field("ref", select), "dispatch_action": True}))
    assert server.click("ana", view["view"], "ref", selected="1.1.0").ok
    eventually(lambda: held == ["1.1.0"])


def test_options_that_slack_does_not_take_are_not_shown(server: Server, app: App) -> None:
    @app.options("ref")
    def refs(ack: Ack) -> None:
        ack(options=[{"text": {"type": "plain_text", "text": "x"}, "value": "x" * 151}])

    select = {"type": "external_select", "action_id": "ref"}
    trigger = server.hub.triggers.new(server.users["ana"])
    view = app.client.views_open(trigger_id=trigger, view=modal(field("ref", select)))["view"]
    noticed: list[dict[str, Any]] = []
    server.hub.feed.listen(server.users["ana"], noticed.append)
    server.suggest("ana", view, "ref", "x")
    assert "must be less than 151 characters" in noticed[-1]["text"]
