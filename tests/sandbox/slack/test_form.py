"""What a form holds, and Slack's own check of it."""

from typing import Any

import pytest

from bot.sandbox.slack import form
from tests.sandbox.slack.pieces import actions, button, field, options, section, text_field

Json = dict[str, Any]
ONE = options("one")[0]


def element(kind: str, **more: Any) -> Json:
    return {"type": kind, "action_id": "a", **more}


INITIAL: list[tuple[Json, Json]] = [
    (element("plain_text_input", initial_value="x"), {"value": "x"}),
    (element("plain_text_input"), {"value": None}),
    (element("number_input", initial_value="4"), {"value": "4"}),
    (element("static_select", options=options("one"), initial_option=ONE), {"selected_option": ONE}),
    (element("multi_static_select", options=options("one")), {"selected_options": []}),
    (element("multi_static_select", options=options("one"), initial_options=[ONE]), {"selected_options": [ONE]}),
    (element("users_select", initial_user="U1"), {"selected_user": "U1"}),
    (element("multi_users_select", initial_users=["U1"]), {"selected_users": ["U1"]}),
    (element("conversations_select", initial_conversation="C1"), {"selected_conversation": "C1"}),
    (element("channels_select"), {"selected_channel": None}),
    (element("datepicker", initial_date="2026-11-20"), {"selected_date": "2026-11-20"}),
    (element("timepicker", initial_time="14:32"), {"selected_time": "14:32"}),
    (element("datetimepicker", initial_date_time=1), {"selected_date_time": 1}),
    (element("checkboxes", options=options("one"), initial_options=[ONE]), {"selected_options": [ONE]}),
    (element("radio_buttons", options=options("one"), initial_option=ONE), {"selected_option": ONE}),
    (element("file_input"), {"files": []}),
]


@pytest.mark.parametrize(("one", "shown"), INITIAL, ids=[one["type"] for one, _ in INITIAL])
def test_an_untouched_element_holds_what_it_started_with(one: Json, shown: Json) -> None:
    assert form.state([field("b", one)], {}) == {"b": {"a": {"type": one["type"], **shown}}}


@pytest.mark.parametrize(
    ("one", "given", "shown"),
    [
        (element("plain_text_input", initial_value="x"), "y", {"value": "y"}),
        (element("plain_text_input", initial_value="x"), None, {"value": None}),
        (element("plain_text_input"), {"type": "plain_text_input", "value": "y"}, {"value": "y"}),
        (element("static_select", options=options("one")), "one", {"selected_option": ONE}),
        (element("static_select", options=options("one")), {"selected_option": ONE}, {"selected_option": ONE}),
        (element("static_select", options=options("one"), initial_option=ONE), None, {"selected_option": None}),
        (element("checkboxes", options=options("one", "two")), ["one"], {"selected_options": [ONE]}),
        (element("multi_external_select"), [ONE], {"selected_options": [ONE]}),
        (element("users_select"), "U1", {"selected_user": "U1"}),
    ],
)
def test_what_was_filled_in_replaces_it(one: Json, given: Any, shown: Json) -> None:
    assert form.state([field("b", one)], {"b": {"a": given}}) == {"b": {"a": {"type": one["type"], **shown}}}


def test_buttons_and_overflow_menus_hold_nothing() -> None:
    overflow = element("overflow", options=options("one"))
    assert form.state([actions(button(), overflow, block_id="b")], {}) == {}


def test_an_external_option_is_made_from_its_value() -> None:
    chosen = form.chosen(element("external_select"), "1.1.0")
    assert chosen["selected_option"] == {"text": {"type": "plain_text", "text": "1.1.0"}, "value": "1.1.0"}


def test_an_option_that_is_not_there_cannot_be_chosen() -> None:
    with pytest.raises(LookupError, match="a has no option 'two'"):
        form.chosen(element("static_select", options=options("one")), "two")


NESTED = {"type": "container", "child_blocks": [{"type": "card", "block_id": "card", "actions": [button("deep")]}]}


@pytest.mark.parametrize(
    ("blocks", "found"),
    [
        ([section(accessory=button("x"), block_id="s")], "s"),
        ([actions(button("y"), button("x"), block_id="a")], "a"),
        ([field("f", element("plain_text_input") | {"action_id": "x"})], "f"),
        ([{"type": "carousel", "elements": [{"type": "card", "block_id": "c", "actions": [button("x")]}]}], "c"),
        ([section(), actions(button("y"), block_id="a")], None),
    ],
)
def test_an_element_is_found_wherever_it_stands(blocks: list[Json], found: str | None) -> None:
    at = form.find(blocks, "x")
    assert (at[0]["block_id"] if at else None) == found


def test_an_element_in_a_card_in_a_container_is_found() -> None:
    assert form.find([NESTED], "deep", "card") is not None
    assert form.find([NESTED], "deep", "elsewhere") is None


REQUIRED = "Please complete this required field."
CHECKS: list[tuple[Json, Any, str | None]] = [
    (element("plain_text_input"), "x", None),
    (element("plain_text_input"), "", REQUIRED),
    (element("plain_text_input"), None, REQUIRED),
    (element("plain_text_input", min_length=3), "xx", "Please use at least 3 characters."),
    (element("plain_text_input", max_length=3), "xxxx", "Please use at most 3 characters."),
    (element("plain_text_input"), "x" * 3001, "Please use at most 3000 characters."),
    (element("number_input", is_decimal_allowed=False), "4", None),
    (element("number_input", is_decimal_allowed=False), "4.5", "Please enter a whole number."),
    (element("number_input", is_decimal_allowed=True), "4.5", None),
    (element("number_input", is_decimal_allowed=True), "four", "Please enter a number."),
    (element("number_input", is_decimal_allowed=True, min_value="2"), "1", "Please enter 2 or more."),
    (element("number_input", is_decimal_allowed=True, max_value="2"), "3", "Please enter 2 or less."),
    (element("static_select", options=options("one")), None, REQUIRED),
    (element("static_select", options=options("one")), "one", None),
    (element("checkboxes", options=options("one")), [], REQUIRED),
]


@pytest.mark.parametrize(("one", "value", "text"), CHECKS)
def test_slack_checks_a_form_before_the_app_does(one: Json, value: Any, text: str | None) -> None:
    blocks = [field("b", one)]
    found = form.complaints(blocks, form.state(blocks, {"b": {"a": value}}))
    assert found == ({"b": text} if text else {})


def test_an_optional_field_may_be_empty_but_not_wrong() -> None:
    blocks = [text_field("a", optional=True), field("b", element("plain_text_input", min_length=3), optional=True)]
    assert form.complaints(blocks, form.state(blocks, {})) == {}
    assert form.complaints(blocks, form.state(blocks, {"b": {"a": "x"}})).keys() == {"b"}
