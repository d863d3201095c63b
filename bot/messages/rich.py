"""mrkdwn into rich text, for the places that take nothing else: task cards and table cells.

Knows what words.py makes: people, groups, channels, dates, links, *bold* and `code`.
"""

import re
from collections.abc import Iterator
from html import unescape

from slack_sdk.models.blocks import RichTextBlock, RichTextElementParts, RichTextSectionElement
from slack_sdk.models.blocks.block_elements import RichTextElement

from bot.messages.limits import NOTHING, Block

TOKEN = re.compile(
    r"<@(?P<user>[A-Z0-9]+)(?:\|[^>]*)?>"
    r"|<!subteam\^(?P<group>[A-Z0-9]+)(?:\|[^>]*)?>"
    r"|<\#(?P<channel>[A-Z0-9]+)(?:\|[^>]*)?>"
    r"|<!date\^(?P<stamp>\d+)\^(?P<form>[^|>^]+)(?:\^[^|>]*)?\|(?P<fallback>[^>]*)>"
    r"|<(?P<url>(?:https?://|mailto:)[^|>]+)(?:\|(?P<label>[^>]*))?>"
    r"|(?<![\w*])\*(?P<bold>[^*\n<>]+)\*(?![\w*])"
    r"|`(?P<code>[^`\n<>]+)`"
)
PARTS = RichTextElementParts


def rich(mrkdwn: str) -> Block:
    """One line or paragraph of mrkdwn as a rich_text block."""
    elements = list(_elements(mrkdwn.strip() or NOTHING))
    return RichTextBlock(elements=[RichTextSectionElement(elements=elements)]).to_dict()


def _elements(mrkdwn: str) -> Iterator[RichTextElement]:
    end = 0
    for found in TOKEN.finditer(mrkdwn):
        if found.start() > end:
            yield PARTS.Text(text=unescape(mrkdwn[end : found.start()]))
        yield _element({name: part for name, part in found.groupdict().items() if part is not None})
        end = found.end()
    if end < len(mrkdwn):
        yield PARTS.Text(text=unescape(mrkdwn[end:]))


def _element(found: dict[str, str]) -> RichTextElement:
    match found:
        case {"user": user}:
            return PARTS.User(user_id=user)
        case {"group": group}:
            return PARTS.UserGroup(usergroup_id=group)
        case {"channel": channel}:
            return PARTS.Channel(channel_id=channel)
        case {"stamp": stamp, "form": form, "fallback": fallback}:
            return PARTS.Date(timestamp=int(stamp), format=form, fallback=unescape(fallback) or None)
        case {"url": url, **rest}:
            return PARTS.Link(url=unescape(url), text=unescape(rest.get("label", "")) or None)
        case {"bold": bold}:
            return PARTS.Text(text=unescape(bold), style=PARTS.TextStyle(bold=True))
        case _:
            return PARTS.Text(text=unescape(found["code"]), style=PARTS.TextStyle(code=True))
