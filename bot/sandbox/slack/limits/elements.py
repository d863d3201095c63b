"""Interactive elements and the places they may stand in. Numbers: docs.slack.dev/reference/block-kit/block-elements."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.limits.objects import (
    CONFIRM,
    FILTER,
    IMAGE,
    OPTION_GROUP,
    PLAIN_OPTION,
    RICH_OPTION,
    known_initial,
    plain,
)
from bot.sandbox.slack.limits.rules import (
    URL,
    Check,
    Shape,
    anything,
    at,
    boolean,
    exactly_one,
    items,
    matching,
    number,
    one_of,
    string,
)

DATE = matching(r"\d{4}-\d{2}-\d{2}", "a date as YYYY-MM-DD", 10)
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time as HH:mm", 5)
DECIMAL = matching(r"-?\d+(\.\d+)?", "a number in a string", 40)
USER_IDS = items(matching(r"[UW][A-Z0-9]+", "a user id", 20), 10, least=1)
DISPATCH = Shape({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2, least=1)})
BASE: dict[str, Check] = {"type": string(), "action_id": string(255, least=1)}
INPUT: dict[str, Check] = BASE | {"placeholder": plain(150), "confirm": CONFIRM, "focus_on_load": boolean}
TYPED: dict[str, Check] = INPUT | {"dispatch_action_config": DISPATCH, "initial_value": string()}


def _inverted(low: str, high: str) -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        try:
            wrong = float(value[low]) > float(value[high])
        except (KeyError, TypeError, ValueError):
            return
        if wrong:
            yield at(f"{low} cannot be greater than {high}", pointer)

    return check


def _select(extra: dict[str, Check], *required: str, rules: tuple[Check, ...] = ()) -> Shape:
    return Shape(INPUT | extra, required, rules)


def _multi(extra: dict[str, Check], *required: str, rules: tuple[Check, ...] = ()) -> Shape:
    return Shape(INPUT | {"max_selected_items": number(1, whole=True)} | extra, required, rules)


OPTIONS: dict[str, Check] = {
    "options": items(PLAIN_OPTION, 100, least=1),
    "option_groups": items(OPTION_GROUP, 100, least=1),
}
ONE_SOURCE = exactly_one("options", "option_groups")
SUGGESTED = Shape({"options": items(PLAIN_OPTION, 100), "option_groups": items(OPTION_GROUP, 100)}, rules=(ONE_SOURCE,))
"""The answer to block_suggestion; no options at all is an answer too."""
CONVERSATIONS: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": FILTER}
QUERY = number(0, whole=True)
FEEDBACK = Shape(
    {"text": plain(75), "value": string(2000, least=1), "accessibility_label": string(75)}, ("text", "value")
)

ELEMENTS: dict[str, Check] = {
    "button": Shape(
        BASE
        | {
            "text": plain(75),
            "url": URL,
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "agent_prompt": string(4000),
            "agent_prompt_display": string(4000),
            "visible_to_user_ids": USER_IDS,
        },
        ("text",),
    ),
    "icon_button": Shape(
        BASE
        | {
            "icon": string(least=1),
            "text": plain(75),
            "value": string(2000),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": USER_IDS,
        },
        ("icon", "text"),
    ),
    "feedback_buttons": Shape(
        BASE | {"positive_button": FEEDBACK, "negative_button": FEEDBACK}, ("positive_button", "negative_button")
    ),
    "workflow_button": Shape(
        BASE
        | {
            "text": plain(75),
            "workflow": anything,
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
        ("text", "workflow"),
    ),
    "static_select": _select(OPTIONS | {"initial_option": PLAIN_OPTION}, rules=(ONE_SOURCE, known_initial)),
    "external_select": _select({"min_query_length": QUERY, "initial_option": PLAIN_OPTION}),
    "users_select": _select({"initial_user": string(least=1)}),
    "conversations_select": _select(
        CONVERSATIONS | {"initial_conversation": string(least=1), "response_url_enabled": boolean}
    ),
    "channels_select": _select({"initial_channel": string(least=1), "response_url_enabled": boolean}),
    "multi_static_select": _multi(
        OPTIONS | {"initial_options": items(PLAIN_OPTION, 100, least=1)}, rules=(ONE_SOURCE, known_initial)
    ),
    "multi_external_select": _multi({"min_query_length": QUERY, "initial_options": items(PLAIN_OPTION, 100, least=1)}),
    "multi_users_select": _multi({"initial_users": items(string(least=1))}),
    "multi_conversations_select": _multi(CONVERSATIONS | {"initial_conversations": items(string(least=1))}),
    "multi_channels_select": _multi({"initial_channels": items(string(least=1))}),
    "overflow": Shape(BASE | {"options": items(PLAIN_OPTION, 5, least=1), "confirm": CONFIRM}, ("options",)),
    "checkboxes": Shape(
        BASE
        | {
            "options": items(RICH_OPTION, 10, least=1),
            "initial_options": items(RICH_OPTION, 10, least=1),
            "confirm": CONFIRM,
            "focus_on_load": boolean,
        },
        ("options",),
        (known_initial,),
    ),
    "radio_buttons": Shape(
        BASE
        | {
            "options": items(RICH_OPTION, 10, least=1),
            "initial_option": RICH_OPTION,
            "confirm": CONFIRM,
            "focus_on_load": boolean,
        },
        ("options",),
        (known_initial,),
    ),
    "datepicker": _select({"initial_date": DATE}),
    "timepicker": _select({"initial_time": TIME, "timezone": string(least=1)}),
    "datetimepicker": Shape(
        BASE
        | {
            "initial_date_time": number(1_000_000_000, 9_999_999_999, whole=True),
            "confirm": CONFIRM,
            "focus_on_load": boolean,
        }
    ),
    "plain_text_input": Shape(
        TYPED
        | {
            "multiline": boolean,
            "min_length": number(0, 3000, whole=True),
            "max_length": number(1, 3000, whole=True),
        },
        rules=(_inverted("min_length", "max_length"),),
    ),
    "number_input": Shape(
        TYPED | {"is_decimal_allowed": boolean, "initial_value": DECIMAL, "min_value": DECIMAL, "max_value": DECIMAL},
        ("is_decimal_allowed",),
        (_inverted("min_value", "max_value"),),
    ),
    "email_text_input": Shape(TYPED),
    "url_text_input": Shape(TYPED),
    "rich_text_input": Shape(
        TYPED
        | {
            "initial_value": anything,
            "min_lines": number(1, whole=True),
            "max_lines": number(1, whole=True),
        }
    ),
    "file_input": Shape(BASE | {"filetypes": items(string(least=1)), "max_files": number(1, 10, whole=True)}),
    "image": IMAGE,
}

SELECTS = frozenset(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = frozenset({"datepicker", "timepicker", "checkboxes", "radio_buttons"})
IN_ACTIONS = SELECTS | PICKERS | {"button", "datetimepicker", "overflow", "workflow_button", "rich_text_input"}
IN_SECTION = SELECTS | PICKERS | {"button", "image", "overflow", "workflow_button"}
IN_INPUT = (SELECTS | PICKERS) | frozenset(
    {
        "datetimepicker",
        "plain_text_input",
        "number_input",
        "email_text_input",
        "url_text_input",
        "rich_text_input",
        "file_input",
    }
)
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
