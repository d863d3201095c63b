"""The rules for the blocks of one message or view as a whole."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.limits.blocks import BLOCKS, SURFACES
from bot.sandbox.slack.limits.rules import at, by_type, items

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_OF_A_TYPE = {"table": 1, "data_visualization": 2}
MOST_MARKDOWN = 12_000
WITH_OWN_LIMIT = ("data_table", "data_visualization")


def blocks_problems(blocks: Any, surface: str = "message") -> list[str]:
    """Everything that Slack would refuse about these blocks, each with its place; empty when they are good."""
    allowed = by_type(BLOCKS, SURFACES[surface])
    problems = list(items(allowed, MOST_BLOCKS[surface])(blocks, "/blocks"))
    return problems or [*_too_many(blocks), *_doubled_ids(blocks), *_doubled_actions(blocks)]


def _too_many(blocks: list[dict[str, Any]]) -> Iterator[str]:
    counts = Counter(block["type"] for block in _nested(blocks))
    for kind, most in MOST_OF_A_TYPE.items():
        if counts[kind] > most:
            yield at(f"no more than {most} {kind} block{'s' * (most != 1)} allowed", "/blocks")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MOST_MARKDOWN:
        yield at(f"markdown must be less than {MOST_MARKDOWN + 1} characters in all", "/blocks")


def _nested(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield block
        yield from block.get("child_blocks") or ()


def _doubled_ids(blocks: list[dict[str, Any]]) -> Iterator[str]:
    seen = Counter(block["block_id"] for block in _nested(blocks) if block.get("block_id"))
    for block_id, count in seen.items():
        if count > 1:
            yield at(f"block_id {block_id} already exists", "/blocks")


def _doubled_actions(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for place, block in enumerate(blocks):
        if block["type"] not in ("actions", "context_actions"):
            continue
        seen = Counter(element["action_id"] for element in block["elements"] if element.get("action_id"))
        for action_id, count in seen.items():
            if count > 1:
                yield at(f"action_id {action_id} already exists in this block", f"/blocks/{place}")


def text_in(value: Any) -> int:
    """How many characters of text these blocks hold altogether, but for blocks with a limit of their own."""
    if isinstance(value, list):
        return sum(text_in(item) for item in value)
    if not isinstance(value, dict):
        return 0
    if value.get("type") in WITH_OWN_LIMIT:
        return 0
    own = value.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(text_in(item) for item in value.values())
