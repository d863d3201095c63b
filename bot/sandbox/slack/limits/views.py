"""The rules for modals and home tabs. Numbers: docs.slack.dev/reference/views."""

import json
from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.limits.blocks import BLOCKS, SURFACES
from bot.sandbox.slack.limits.messages import MOST_BLOCKS, blocks_problems
from bot.sandbox.slack.limits.objects import plain
from bot.sandbox.slack.limits.rules import Check, Shape, at, boolean, by_type, items, one_of, string

MOST_JSON = 250_000

_COMMON: dict[str, Check] = {
    "type": one_of("modal", "home"),
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}


def _blocks(surface: str) -> Check:
    return items(by_type(BLOCKS, SURFACES[surface]), MOST_BLOCKS[surface], least=1)


VIEWS: dict[str, Check] = {
    "modal": Shape(
        _COMMON
        | {
            "blocks": _blocks("modal"),
            "title": plain(24),
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
        ("type", "title", "blocks"),
    ),
    "home": Shape(_COMMON | {"blocks": _blocks("home")}, ("type", "blocks")),
}


def view_problems(view: Any, surface: str) -> list[str]:
    """Everything that Slack would refuse about this view; `surface` is "modal" or "home"."""
    if not isinstance(view, dict):
        return [at("must be an object", "/view")]
    if view.get("type") != surface:
        return [at(f"must be one of: {surface}", "/view/type")]
    problems = list(VIEWS[surface](view, "/view"))
    if problems:
        return problems
    as_a_whole = [problem.replace(":/blocks", ":/view/blocks") for problem in blocks_problems(view["blocks"], surface)]
    return [*as_a_whole, *_rules(view)]


def _rules(view: dict[str, Any]) -> Iterator[str]:
    kinds = {block["type"] for block in view["blocks"]}
    if view["type"] == "modal" and "input" in kinds and not view.get("submit"):
        yield at("missing required field: submit", "/view")
    focused = [block for block in view["blocks"] if (block.get("element") or {}).get("focus_on_load")]
    if len(focused) > 1:
        yield at("focus_on_load can be set on only one element", "/view/blocks")
    if len(json.dumps(view).encode()) > MOST_JSON:
        yield at("view_too_large", "/view")
