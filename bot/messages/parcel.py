"""A whole message inside Slack's limits."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ContextBlock, MarkdownTextObject

from bot.messages import limits
from bot.messages.limits import NOTHING, Block, cut, size
from bot.messages.words import count
from bot.model import Content


def content(text: str, blocks: Sequence[Block] = ()) -> Content:
    """The fallback text (its first line says it all) and the blocks that fit.

    What is too much is left out from the end, with a note of how much; rows of buttons stay. ValueError for a second
    table: Slack takes one.
    """
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise ValueError("a message holds one table")
    return Content(cut(text.strip() or NOTHING, limits.TEXT), tuple(_fitting(list(blocks))))


def _fitting(blocks: list[Block]) -> list[Block]:
    if _fits(blocks):
        return blocks
    left = 0
    kept = blocks
    while not _fits([*kept, _note(left)]):
        last = next((at for at in reversed(range(len(kept))) if kept[at]["type"] != "actions"), len(kept) - 1)
        kept = kept[:last] + kept[last + 1 :]
        left += 1
    place = next((at + 1 for at in reversed(range(len(kept))) if kept[at]["type"] != "actions"), 0)
    return [*kept[:place], _note(left), *kept[place:]]


def _fits(blocks: list[Block]) -> bool:
    return len(blocks) <= limits.BLOCKS and size(blocks) <= limits.MESSAGE


def _note(left: int) -> Block:
    return ContextBlock(elements=[MarkdownTextObject(text=f"… {count(left, 'more part')} left out")]).to_dict()
