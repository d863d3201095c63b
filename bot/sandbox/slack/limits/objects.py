"""Composition objects: text, option, option group, confirm, filter, image source.

Numbers: docs.slack.dev/reference/block-kit/composition-objects, as collected by slack_sdk's models and slackblocks.
"""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.limits.rules import (
    URL,
    Check,
    Shape,
    at,
    boolean,
    by_type,
    exactly_one,
    items,
    one_of,
    string,
)

MOST_TEXT = 3000


def plain(most: int = MOST_TEXT) -> Check:
    """plain_text only."""
    return by_type({"plain_text": _plain_shape(most)})


def mrkdwn(most: int = MOST_TEXT) -> Check:
    """mrkdwn or plain_text."""
    return by_type({"plain_text": _plain_shape(most), "mrkdwn": _mrkdwn_shape(most)})


def _plain_shape(most: int) -> Shape:
    return Shape({"type": string(), "text": string(most, least=1), "emoji": boolean}, ("text",))


def _mrkdwn_shape(most: int) -> Shape:
    return Shape({"type": string(), "text": string(most, least=1), "verbatim": boolean}, ("text",))


CONFIRM = Shape(
    {
        "title": plain(100),
        "text": mrkdwn(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    ("title", "text", "confirm", "deny"),
)


def option(text: Check) -> Shape:
    """An option; checkboxes and radio buttons allow mrkdwn in its text, selects and overflow menus do not."""
    fields: dict[str, Check] = {"text": text, "value": string(150, least=1), "description": text, "url": URL}
    return Shape(fields, ("text", "value"))


PLAIN_OPTION = option(plain(75))
RICH_OPTION = option(mrkdwn(75))
OPTION_GROUP = Shape({"label": plain(75), "options": items(PLAIN_OPTION, 100, least=1)}, ("label", "options"))
FILTER = Shape(
    {
        "include": items(one_of("im", "mpim", "private", "public"), least=1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)
SLACK_FILE = Shape({"id": string(least=1), "url": URL}, rules=(exactly_one("id", "url"),))
IMAGE_FIELDS: dict[str, Check] = {
    "type": string(),
    "image_url": URL,
    "slack_file": SLACK_FILE,
    "alt_text": string(2000, least=1),
}
IMAGE = Shape(IMAGE_FIELDS, ("alt_text",), (exactly_one("image_url", "slack_file"),))
ICON = Shape({"type": one_of("icon"), "name": string(least=1)}, ("name",))


def known_initial(value: Any, pointer: str) -> Iterator[str]:
    """A rule: what is chosen at first is one of the options."""
    groups = [group.get("options") or [] for group in value.get("option_groups") or [] if isinstance(group, dict)]
    options = [*(value.get("options") or []), *(option_ for options in groups for option_ in options)]
    values = [option_.get("value") for option_ in options if isinstance(option_, dict)]
    chosen = [value.get("initial_option"), *(value.get("initial_options") or [])]
    for one in chosen:
        if isinstance(one, dict) and one.get("value") not in values:
            yield at("initial option must be one of the options", pointer)
