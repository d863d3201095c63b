"""Interactive elements and composition objects at their limits."""

from typing import Any

import pytest

from bot.sandbox.slack.limits.elements import ELEMENTS, SUGGESTED
from tests.sandbox.slack.pieces import button, mrkdwn, options, plain

Json = dict[str, Any]
MANY = options(*(f"v{number}" for number in range(101)))
CONFIRM: Json = {"title": plain("Sure?"), "text": mrkdwn("*Really?*"), "confirm": plain("Yes"), "deny": plain("No")}


def group(*values: str) -> Json:
    return {"label": plain("group"), "options": options(*values)}


def check(element: Json) -> list[str]:
    return list(ELEMENTS[element["type"]](element, "/e"))


GOOD: list[Json] = [
    button(),
    button(
        value="x" * 2000,
        style="danger",
        confirm={**CONFIRM, "style": "danger"},
        url="https://example.com",
        accessibility_label="x" * 75,
        visible_to_user_ids=["U1", "W2"],
        text=plain("x" * 75),
    ),
    {"type": "static_select", "options": MANY[:100], "initial_option": MANY[3], "placeholder": plain("x" * 150)},
    {"type": "static_select", "option_groups": [group("a"), group("b")], "initial_option": options("b")[0]},
    {"type": "multi_static_select", "options": options("a", "b"), "initial_options": options("a")},
    {"type": "external_select", "min_query_length": 0},
    {"type": "multi_external_select", "max_selected_items": 3},
    {"type": "users_select", "initial_user": "U1", "focus_on_load": True},
    {"type": "conversations_select", "filter": {"include": ["public"]}, "response_url_enabled": True},
    {"type": "multi_conversations_select", "default_to_current_conversation": True},
    {"type": "channels_select", "initial_channel": "C1"},
    {"type": "overflow", "options": [{**option, "url": "https://a.example"} for option in options("a", "b")]},
    {"type": "checkboxes", "options": [{"text": mrkdwn("*a*"), "value": "a", "description": mrkdwn("_b_")}]},
    {"type": "radio_buttons", "options": options(*"abcdefghij"), "initial_option": options("c")[0]},
    {"type": "datepicker", "initial_date": "2026-11-20"},
    {"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/Berlin"},
    {"type": "datetimepicker", "initial_date_time": 1_763_679_600},
    {"type": "plain_text_input", "multiline": True, "min_length": 1, "max_length": 3000},
    {"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}},
    {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "10", "initial_value": "2"},
    {"type": "email_text_input"},
    {"type": "url_text_input"},
    {"type": "rich_text_input", "initial_value": {"type": "rich_text"}},
    {"type": "file_input", "filetypes": ["log"], "max_files": 10},
    {"type": "icon_button", "icon": "trash", "text": plain("Delete")},
    {"type": "workflow_button", "text": plain("Run"), "workflow": {"trigger": {"url": "https://a.example"}}},
    {
        "type": "feedback_buttons",
        "positive_button": {"text": plain("Good"), "value": "good"},
        "negative_button": {"text": plain("Bad"), "value": "bad"},
    },
]


@pytest.mark.parametrize("element", GOOD, ids=lambda element: element["type"])
def test_an_element_within_the_limits_passes(element: Json) -> None:
    assert check(element) == []


BAD: list[tuple[Json, str]] = [
    (button(text=plain("x" * 76)), "must be less than 76 characters [json-pointer:/e/text/text]"),
    (button(text=mrkdwn("x")), "unsupported type: mrkdwn"),
    (button(value="x" * 2001), "must be less than 2001 characters [json-pointer:/e/value]"),
    (button(url="https://example.com/" + "x" * 3000), "must be less than 3001 characters"),
    (button(url="javascript:alert(1)"), "must be a valid http(s) URL"),
    (button(style="success"), "must be one of: primary, danger [json-pointer:/e/style]"),
    (button("x" * 256), "must be less than 256 characters [json-pointer:/e/action_id]"),
    (button(accessibility_label="x" * 76), "must be less than 76 characters"),
    (button(visible_to_user_ids=["U1"] * 11), "no more than 10 items allowed"),
    (button(visible_to_user_ids=["ana"]), "must be a user id"),
    (button(colour="red"), "no additional property allowed: colour"),
    (button(text=None), "missing required field: text"),
    (button(confirm={**CONFIRM, "title": plain("x" * 101)}), "must be less than 101 characters"),
    (button(confirm={**CONFIRM, "text": mrkdwn("x" * 301)}), "must be less than 301 characters"),
    (button(confirm={**CONFIRM, "confirm": plain("x" * 31)}), "must be less than 31 characters"),
    (button(confirm={**CONFIRM, "deny": plain("x" * 31)}), "must be less than 31 characters"),
    (button(confirm={"title": plain("x")}), "missing required field: text [json-pointer:/e/confirm]"),
    ({"type": "static_select"}, "must have exactly one of: options, option_groups"),
    ({"type": "static_select", "options": MANY}, "no more than 100 items allowed [json-pointer:/e/options]"),
    ({"type": "static_select", "options": []}, "must contain at least 1 item"),
    ({"type": "static_select", "options": options("a"), "option_groups": [group("a")]}, "must have exactly one of"),
    ({"type": "static_select", "option_groups": [group("a")] * 101}, "no more than 100 items allowed"),
    ({"type": "static_select", "option_groups": [{"label": plain("g"), "options": []}]}, "must contain at least 1"),
    (
        {"type": "static_select", "option_groups": [{**group("a"), "label": plain("x" * 76)}]},
        "must be less than 76 characters",
    ),
    ({"type": "static_select", "options": options("x" * 76)}, "must be less than 76 characters"),
    ({"type": "static_select", "options": [{"text": plain("a"), "value": "x" * 151}]}, "must be less than 151"),
    ({"type": "static_select", "options": [{"text": mrkdwn("a"), "value": "a"}]}, "unsupported type: mrkdwn"),
    (
        {"type": "static_select", "options": options("a"), "initial_option": options("b")[0]},
        "initial option must be one of the options [json-pointer:/e]",
    ),
    ({"type": "static_select", "options": options("a"), "placeholder": plain("x" * 151)}, "must be less than 151"),
    ({"type": "static_select", "options": options("a"), "multiline": True}, "no additional property allowed"),
    ({"type": "multi_users_select", "max_selected_items": 0}, "must be at least 1"),
    ({"type": "overflow", "options": options(*"abcdef")}, "no more than 5 items allowed"),
    ({"type": "overflow"}, "missing required field: options"),
    ({"type": "checkboxes", "options": options(*"abcdefghijk")}, "no more than 10 items allowed"),
    ({"type": "radio_buttons", "options": options(*"abcdefghijk")}, "no more than 10 items allowed"),
    ({"type": "datepicker", "initial_date": "20.11.2026"}, "must be a date as YYYY-MM-DD"),
    ({"type": "timepicker", "initial_time": "24:00"}, "must be a time as HH:mm"),
    ({"type": "datetimepicker", "initial_date_time": "now"}, "must be an integer"),
    ({"type": "plain_text_input", "max_length": 3001}, "must be at most 3000 [json-pointer:/e/max_length]"),
    ({"type": "plain_text_input", "min_length": 5, "max_length": 4}, "min_length cannot be greater than max_length"),
    ({"type": "number_input"}, "missing required field: is_decimal_allowed"),
    ({"type": "number_input", "is_decimal_allowed": True, "min_value": 1}, "must be a string"),
    ({"type": "number_input", "is_decimal_allowed": True, "min_value": "one"}, "must be a number in a string"),
    (
        {"type": "number_input", "is_decimal_allowed": True, "min_value": "2", "max_value": "1"},
        "min_value cannot be greater than max_value",
    ),
    ({"type": "file_input", "max_files": 11}, "must be at most 10"),
    ({"type": "icon_button", "icon": "trash"}, "missing required field: text"),
    ({"type": "feedback_buttons"}, "missing required field: positive_button"),
    ({"type": "conversations_select", "filter": {"include": ["secret"]}}, "must be one of: im, mpim, private, public"),
]


@pytest.mark.parametrize(("element", "problem"), BAD, ids=[f"{element['type']}: {text[:40]}" for element, text in BAD])
def test_an_element_beyond_a_limit_is_refused(element: Json, problem: str) -> None:
    found = check(element)
    assert any(text.startswith(problem) for text in found), found


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        ({"options": options("a")}, True),
        ({"options": []}, True),
        ({"option_groups": [group("a")]}, True),
        ({"options": MANY}, False),
        ({}, False),
        ({"options": options("a"), "option_groups": [group("a")]}, False),
        ({"options": [{"text": "a", "value": "a"}]}, False),
    ],
)
def test_suggested_options_are_held_to_the_same_limits(answer: Json, good: bool) -> None:
    assert (list(SUGGESTED(answer, "")) == []) == good
