"""The layout blocks, and on which surfaces each may stand. Numbers: docs.slack.dev/reference/block-kit/blocks."""

from bot.sandbox.slack.limits.data_blocks import BASE, DATA_BLOCKS, container
from bot.sandbox.slack.limits.elements import ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION
from bot.sandbox.slack.limits.objects import IMAGE, IMAGE_FIELDS, mrkdwn, plain
from bot.sandbox.slack.limits.rich_text import RICH_TEXT
from bot.sandbox.slack.limits.rules import (
    URL,
    Check,
    Shape,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    items,
    one_of,
    string,
)

_IN_CONTEXT: dict[str, Check] = {**{kind: mrkdwn() for kind in ("plain_text", "mrkdwn")}, "image": IMAGE}

CLASSIC: dict[str, Check] = {
    "section": Shape(
        BASE
        | {
            "text": mrkdwn(3000),
            "fields": items(mrkdwn(2000), 10, least=1),
            "accessory": by_type(ELEMENTS, IN_SECTION),
            "expand": boolean,
        },
        rules=(at_least_one("text", "fields"),),
    ),
    "header": Shape(BASE | {"text": plain(150)}, ("text",)),
    "divider": Shape(BASE),
    "context": Shape(BASE | {"elements": items(by_type(_IN_CONTEXT), 10, least=1)}, ("elements",)),
    "actions": Shape(BASE | {"elements": items(by_type(ELEMENTS, IN_ACTIONS), 25, least=1)}, ("elements",)),
    "input": Shape(
        BASE
        | {
            "label": plain(2000),
            "element": by_type(ELEMENTS, IN_INPUT),
            "hint": plain(2000),
            "optional": boolean,
            "dispatch_action": boolean,
        },
        ("label", "element"),
    ),
    "image": Shape(
        BASE | IMAGE_FIELDS | {"title": plain(2000)}, ("alt_text",), (exactly_one("image_url", "slack_file"),)
    ),
    "rich_text": RICH_TEXT,
    "file": Shape(BASE | {"external_id": string(least=1), "source": one_of("remote")}, ("external_id", "source")),
    "video": Shape(
        BASE
        | {
            "alt_text": string(200, least=1),
            "title": plain(200),
            "video_url": URL,
            "thumbnail_url": URL,
            "title_url": URL,
            "description": plain(200),
            "author_name": string(50),
            "provider_name": string(50),
            "provider_icon_url": URL,
        },
        ("alt_text", "title", "video_url", "thumbnail_url"),
    ),
}
FLAT = CLASSIC | DATA_BLOCKS
BLOCKS: dict[str, Check] = FLAT | {"container": container(FLAT)}

EVERYWHERE = {"section", "header", "divider", "context", "actions", "input", "image", "rich_text", "video"}
ONLY_MESSAGE = {"file", "markdown", "plan", "task_card", "context_actions"}
MESSAGE_AND_HOME = {"table", "data_table", "data_visualization", "container", "carousel", "card"}
NEWER = {"data_table", "data_visualization", "container", "carousel", "card", "plan", "task_card", "context_actions"}
"""Not known to every Slack yet: table and markdown are older."""
SURFACES = {
    "message": frozenset(EVERYWHERE | ONLY_MESSAGE | MESSAGE_AND_HOME),
    "home": frozenset(EVERYWHERE | MESSAGE_AND_HOME),
    "modal": frozenset(EVERYWHERE | {"alert"}),
}
