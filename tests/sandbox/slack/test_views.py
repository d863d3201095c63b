"""views.open, push, update and publish, and the trigger ids that they use up."""

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.conftest import HandClock
from tests.sandbox.slack.pieces import actions, button, field, home, modal, plain, section, text_field
from tests.sandbox.slack.refusal import error_of, refusal


def trigger(server: Server, user: str = "ana") -> str:
    return server.hub.triggers.new(server.users[user])


def test_a_trigger_opens_one_view(server: Server, client: WebClient) -> None:
    once = trigger(server)
    view = client.views_open(trigger_id=once, view=modal())["view"]
    assert [shown["id"] for shown in server.modals("ana")] == [view["id"]]
    assert error_of(client.views_open, trigger_id=once, view=modal()) == "exchanged_trigger_id"


@pytest.mark.parametrize(("seconds", "error"), [(3.0, None), (3.01, "expired_trigger_id"), (60, "expired_trigger_id")])
def test_a_trigger_lives_three_seconds(
    server: Server, client: WebClient, clock: HandClock, seconds: float, error: str | None
) -> None:
    late = trigger(server)
    clock.forward(seconds)
    if error:
        assert error_of(client.views_open, trigger_id=late, view=modal()) == error
    else:
        assert client.views_open(trigger_id=late, view=modal())["ok"]


def test_a_trigger_that_never_was_is_refused(client: WebClient) -> None:
    assert error_of(client.views_open, trigger_id="12.34.abc", view=modal()) == "invalid_trigger_id"


def test_a_refused_view_does_not_use_the_trigger_up(server: Server, client: WebClient) -> None:
    once = trigger(server)
    answer = refusal(client.views_open, trigger_id=once, view=modal(title=plain("x" * 25)))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert client.views_open(trigger_id=once, view=modal())["ok"]


def test_three_views_stack_and_no_more(server: Server, client: WebClient) -> None:
    root = client.views_open(trigger_id=trigger(server), view=modal())["view"]
    second = client.views_push(trigger_id=trigger(server), view=modal())["view"]
    third = client.views_push(trigger_id=trigger(server), view=modal())["view"]
    assert (third["previous_view_id"], third["root_view_id"]) == (second["id"], root["id"])
    assert error_of(client.views_push, trigger_id=trigger(server), view=modal()) == "push_limit_reached"


def test_nothing_is_pushed_onto_nothing(server: Server, client: WebClient) -> None:
    assert error_of(client.views_push, trigger_id=trigger(server), view=modal()) == "not_found"


def test_an_update_by_id_or_external_id_changes_the_view_in_place(server: Server, client: WebClient) -> None:
    view = client.views_open(trigger_id=trigger(server), view=modal(external_id="deploy-41"))["view"]
    by_id = client.views_update(view_id=view["id"], view=modal(text_field("a"), external_id="deploy-41"))["view"]
    by_name = client.views_update(external_id="deploy-41", view=modal(text_field("b")))["view"]
    assert view["id"] == by_id["id"] == by_name["id"]
    assert server.modals("ana")[0]["blocks"][0]["block_id"] == "b"
    assert error_of(client.views_update, view_id="V0NOWHERE", view=modal()) == "not_found"
    assert error_of(client.api_call, "views.update", json={"view": modal()}) == "invalid_arguments"


def test_an_update_with_an_old_hash_is_a_conflict(server: Server, client: WebClient) -> None:
    view = client.views_open(trigger_id=trigger(server), view=modal())["view"]
    fresh = client.views_update(view_id=view["id"], view=modal(), hash=view["hash"])["view"]
    assert error_of(client.views_update, view_id=view["id"], view=modal(), hash=view["hash"]) == "hash_conflict"
    assert client.views_update(view_id=view["id"], view=modal(), hash=fresh["hash"])["ok"]


def test_an_external_id_is_used_once_at_a_time(server: Server, client: WebClient) -> None:
    client.views_open(trigger_id=trigger(server), view=modal(external_id="deploy-41"))
    second = modal(external_id="deploy-41")
    assert error_of(client.views_open, trigger_id=trigger(server, "ben"), view=second) == "duplicate_external_id"


def test_a_home_tab_belongs_to_one_person(server: Server, client: WebClient) -> None:
    first = client.views_publish(user_id=server.users["ana"], view=home(section("for ana")))["view"]
    again = client.views_publish(user_id=server.users["ana"], view=home(section("still")), hash=first["hash"])["view"]
    assert (again["id"], again["type"]) == (first["id"], "home")
    shown = server.home("ana")
    assert shown is not None
    assert shown["blocks"][0]["text"]["text"] == "still"
    assert server.home("ben") is None


def test_a_home_tab_with_an_old_hash_is_a_conflict(server: Server, client: WebClient) -> None:
    ana = server.users["ana"]
    first = client.views_publish(user_id=ana, view=home())["view"]
    client.views_publish(user_id=ana, view=home())
    assert error_of(client.views_publish, user_id=ana, view=home(), hash=first["hash"]) == "hash_conflict"


def test_a_home_tab_can_be_updated_by_its_id(server: Server, client: WebClient) -> None:
    view = client.views_publish(user_id=server.users["ana"], view=home())["view"]
    assert client.views_update(view_id=view["id"], view=home(section("new")))["view"]["id"] == view["id"]
    assert error_of(client.views_update, view_id=view["id"], view=modal()) == "invalid_arguments"


def test_nobody_has_the_home_tab_of_a_stranger(client: WebClient) -> None:
    assert error_of(client.views_publish, user_id="U0NOBODY", view=home()) == "user_not_found"


MODAL_PROBLEMS = [
    ({"blocks": []}, "must contain at least 1 item [json-pointer:/view/blocks]"),
    ({"blocks": [section()] * 101}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
    ({"submit": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/submit/text]"),
    ({"close": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/close/text]"),
    ({"private_metadata": "x" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
    ({"callback_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
    ({"external_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/external_id]"),
    ({"title": None}, "missing required field: title [json-pointer:/view]"),
    ({"submit": None}, "missing required field: submit [json-pointer:/view]"),
    ({"colour": "red"}, "no additional property allowed: colour [json-pointer:/view]"),
    ({"type": "home"}, "must be one of: modal [json-pointer:/view/type]"),
    ({"blocks": [{"type": "markdown", "text": "x"}]}, "unsupported type: markdown; allowed here: actions, alert"),
    ({"blocks": [text_field("a"), text_field("a")]}, "block_id a already exists [json-pointer:/view/blocks]"),
    ({"blocks": [section("x" * 3000)] * 90}, "view_too_large [json-pointer:/view]"),
]


@pytest.mark.parametrize(("change", "problem"), MODAL_PROBLEMS, ids=[problem[:40] for _, problem in MODAL_PROBLEMS])
def test_a_modal_is_held_to_slacks_limits(
    server: Server, client: WebClient, change: dict[str, Any], problem: str
) -> None:
    answer = refusal(client.views_open, trigger_id=trigger(server), view=modal() | change)
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"][0].startswith(f"[ERROR] {problem}")


def test_one_element_has_the_focus(server: Server, client: WebClient) -> None:
    def focused(block_id: str) -> dict[str, Any]:
        return field(block_id, {"type": "plain_text_input", "action_id": "t", "focus_on_load": True})

    assert client.views_open(trigger_id=trigger(server), view=modal(focused("a")))["ok"]
    answer = refusal(client.views_open, trigger_id=trigger(server), view=modal(focused("a"), focused("b")))
    assert "focus_on_load can be set on only one element" in answer["response_metadata"]["messages"][0]


def test_a_view_that_is_no_object_is_refused(server: Server, client: WebClient) -> None:
    given = {"trigger_id": trigger(server), "view": "[1, 2]"}
    assert error_of(client.api_call, "views.open", data=given) == "invalid_arguments"


def test_a_modal_without_inputs_needs_no_submit(server: Server, client: WebClient) -> None:
    view = modal(section(), actions(button()))
    del view["submit"]
    assert client.views_open(trigger_id=trigger(server), view=view)["view"]["submit"] is None
