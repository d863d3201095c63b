"""What a person filled in: elements found in blocks, their values in Slack's shapes, and Slack's own form check."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.entities import Json

# element type -> (key of the value in payloads, key of the initial value in the element)
VALUE_KEYS = {
    "button": ("value", "value"),
    "icon_button": ("value", "value"),
    "feedback_buttons": ("value", "value"),
    "workflow_button": ("value", "value"),
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "overflow": ("selected_option", ""),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
STATELESS = {"button", "icon_button", "feedback_buttons", "workflow_button", "overflow"}
LISTS = {"selected_options", "selected_users", "selected_conversations", "selected_channels", "files"}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """(block, element) for every interactive element, also those inside cards, carousels and containers."""
    for block in blocks:
        found = [block.get("accessory"), block.get("element"), *block.get("elements", ()), *block.get("actions", ())]
        for element in found:
            if isinstance(element, dict) and element.get("type") in VALUE_KEYS:
                yield block, element
        nested = [*block.get("child_blocks", ()), *block.get("elements", ()), *block.get("tasks", ())]
        yield from elements(
            [child for child in nested if isinstance(child, dict) and child.get("type") not in VALUE_KEYS]
        )


def find(blocks: list[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json] | None:
    """The (block, element) with this action_id, and this block_id where one is given."""
    for block, element in elements(blocks):
        if element.get("action_id") == action_id and block_id in (None, block.get("block_id")):
            return block, element
    return None


def chosen(element: Json, value: Any) -> Json:
    """`{type, <key>: value}` as payloads carry it. A bare option value is looked up among the element's options."""
    kind = element["type"]
    key = VALUE_KEYS[kind][0]
    if key == "selected_option":
        value = _option(element, value)
    elif key == "selected_options":
        value = [_option(element, one) for one in value or ()]
    return {"type": kind, key: value}


def _option(element: Json, value: Any) -> Any:
    if value is None or isinstance(value, dict):
        return value
    groups = [group["options"] for group in element.get("option_groups", ())]
    for option in [*element.get("options", ()), *[option for options in groups for option in options]]:
        if option.get("value") == value:
            return option
    if "external" in element["type"]:
        return {"text": {"type": "plain_text", "text": str(value)}, "value": value}
    raise LookupError(f"{element.get('action_id')} has no option {value!r}")


def state(blocks: list[Json], given: Json) -> Json:
    """`state.values` of blocks: what was given by block_id and action_id, else what each element starts with."""
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] in STATELESS:
            continue
        key, initial = VALUE_KEYS[element["type"]]
        answer = given.get(block["block_id"], {}).get(element.get("action_id"), _ABSENT)
        if answer is _ABSENT:
            shown = {"type": element["type"], key: element.get(initial, [] if key in LISTS else None)}
        elif isinstance(answer, dict) and key in answer:
            shown = {"type": element["type"], key: answer[key]}
        else:
            shown = chosen(element, answer)
        values.setdefault(block["block_id"], {})[element.get("action_id", "")] = shown
    return values


_ABSENT = object()


def complaints(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's own form check says before the app hears of a submission: `{block_id: text}`."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        key = VALUE_KEYS[element["type"]][0]
        value = values.get(block["block_id"], {}).get(element.get("action_id", ""), {}).get(key)
        if text := _complaint(element, value, optional=bool(block.get("optional"))):
            found[block["block_id"]] = text
    return found


def _complaint(element: Json, value: Any, *, optional: bool) -> str:
    if value in (None, "", []):
        return "" if optional else "Please complete this required field."
    if element["type"] == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return f"Please use at least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            return f"Please use at most {element.get('max_length', 3000)} characters."
    if element["type"] == "number_input":
        return _number_complaint(element, str(value))
    return ""


def _number_complaint(element: Json, value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    if number < float(element.get("min_value", number)):
        return f"Please enter {element['min_value']} or more."
    if number > float(element.get("max_value", number)):
        return f"Please enter {element['max_value']} or less."
    return ""
