"""Commands as they are called in this workspace: texts name them without COMMAND_PREFIX, and here it is put in."""

import re
from dataclasses import replace
from typing import Any

from bot.model import Content

NAMED = re.compile(r"(?<![\w/.:])/(?=(?:deploy|scale|status)\b)")


def prefixed(content: Content, prefix: str) -> Content:
    """The same message with every `/deploy`, `/scale` and `/status` said as `/PREFIXdeploy`."""
    if not prefix:
        return content
    blocks = tuple(_within(block, prefix) for block in content.blocks)
    return replace(content, text=_put_in(content.text, prefix), blocks=blocks)


def prefixed_view(view: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The same for a modal or a home tab."""
    return {**view, "blocks": [_within(block, prefix) for block in view["blocks"]]} if prefix else view


def _put_in(text: str, prefix: str) -> str:
    return NAMED.sub(f"/{prefix}", text)


def _within(part: Any, prefix: str) -> Any:
    """Texts change, ids and values do not."""
    if isinstance(part, dict):
        return {
            key: _put_in(value, prefix) if key == "text" and isinstance(value, str) else _within(value, prefix)
            for key, value in part.items()
        }
    return [_within(item, prefix) for item in part] if isinstance(part, list) else part
