"""What an app wants to say, checked as Slack checks it: text, blocks, attachments, metadata."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack import form
from bot.sandbox.slack.args import Args
from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.ids import new_block_id
from bot.sandbox.slack.limits.messages import MOST_MARKDOWN, blocks_problems, text_in
from bot.sandbox.slack.refused import Refused

MOST_TEXT = 40_000  # chat.postMessage truncates or refuses beyond it
MOST_BLOCK_TEXT = 13_200  # undocumented; reported in slackapi/bolt-js#2509
MOST_METADATA = 16_384  # bytes of JSON; Slack names the error, not the number


@dataclass(slots=True)
class Content:
    """A message's content, found good. `has_blocks` tells an empty list from an absent one."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json = field(default_factory=dict)


def prepared(args: Args, *, most_text: int = MOST_TEXT) -> Content:
    """Read and check all of it. Refuses with no_text, msg_too_long, invalid_blocks, invalid_metadata_format, …"""
    if "markdown_text" in args and ("text" in args or "blocks" in args):
        raise Refused("markdown_text_conflict")
    content = Content(
        text=args.text("text") or args.text("markdown_text"),
        blocks=read_blocks(args.structure("blocks", "invalid_blocks_format")),
        attachments=_attachments(args.structure("attachments", "invalid_attachments")),
        metadata=_metadata(args.structure("metadata", "invalid_metadata_format")),
    )
    if len(content.text) > (MOST_MARKDOWN if "markdown_text" in args else most_text):
        raise Refused("msg_too_long")
    if not (content.text or content.blocks or content.attachments):
        raise Refused("no_text")
    return content


def read_blocks(blocks: Any) -> list[Json]:
    """A message's blocks with the ids that Slack adds; None means none."""
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    if problems := blocks_problems(blocks):
        raise refused_blocks("invalid_blocks", problems)
    if text_in(blocks) > MOST_BLOCK_TEXT:
        raise Refused("msg_blocks_too_long")
    return kept_blocks(blocks)


def refused_blocks(error: str, problems: list[str]) -> Refused:
    """The answer to bad blocks: every problem with the JSON pointer of its place."""
    return Refused(error, errors=problems, response_metadata={"messages": [f"[ERROR] {text}" for text in problems]})


def kept_blocks(blocks: list[Json]) -> list[Json]:
    """Blocks as Slack keeps them: no nulls, and every block and interactive element has an id."""
    kept = [_kept(block) for block in blocks]
    for block in _named(kept):
        block.setdefault("block_id", new_block_id())
        for _, element in form.elements([block]):
            element.setdefault("action_id", new_block_id())
    return kept


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _kept(item) for name, item in value.items() if item is not None}
    return [_kept(item) for item in value] if isinstance(value, list) else value


def _named(blocks: list[Json]) -> Iterator[Json]:
    for block in blocks:
        yield block
        yield from block.get("child_blocks", ())
        yield from (card for card in block.get("elements", ()) if card.get("type") == "card")


def _attachments(attachments: Any) -> list[Json]:
    if attachments is None:
        return []
    if not isinstance(attachments, list) or not all(isinstance(attachment, dict) for attachment in attachments):
        raise Refused("invalid_attachments")
    if len(attachments) > 100:
        raise Refused("too_many_attachments")
    return [{**attachment, "blocks": read_blocks(attachment.get("blocks"))} for attachment in attachments]


def _metadata(metadata: Any) -> Json:
    if metadata is None:
        return {}
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise Refused("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict) or metadata.keys() - {
        "event_type",
        "event_payload",
        "entities",
    }:
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > MOST_METADATA:
        raise Refused("metadata_too_large")
    return metadata
