"""Reasons as people type them, without the secrets that the bot knows: they are posted and kept."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import App

from bot.secrecy import Hidden

QUOTE = re.compile('["“”„«»]')
"""Where the free words of a command begin. What stands before is names, and left alone."""


def forget(app: App, hidden: Hidden) -> None:
    """For every command and form, before anybody reads it."""

    @app.middleware
    def forgetting(body: dict[str, Any], next: Callable[[], Any]) -> None:  # noqa: A002 - Bolt looks for this name
        if isinstance(body.get("text"), str):
            body["text"] = _spoken(body["text"], hidden)
        for field in _written(body.get("view")):
            field["value"] = hidden(field["value"])
        next()


def _spoken(text: str, hidden: Hidden) -> str:
    quote = QUOTE.search(text)
    at = quote.start() if quote else len(text)
    return text[:at] + hidden(text[at:])


def _written(view: Any) -> list[dict[str, Any]]:
    """The fields of a form into which somebody has written."""
    state = view.get("state") if isinstance(view, dict) else None
    blocks = (state or {}).get("values") or {}
    fields = [field for block in blocks.values() for field in block.values()]
    return [one for one in fields if one.get("type") == "plain_text_input" and isinstance(one.get("value"), str)]
