"""The same message in plain sections, for a Slack that does not take the newer blocks."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.messages import limits
from bot.messages.blocks import Block, content, section
from bot.messages.charts import spark
from bot.messages.limits import NOTHING
from bot.messages.words import escape
from bot.model import Content

OLD = frozenset(
    {"section", "header", "context", "divider", "actions", "image", "input", "rich_text", "file", "video", "call"}
)
MARKS = {"complete": "✓", "in_progress": "◐", "pending": "○", "error": "✗"}
STYLES = {"bold": "*", "code": "`"}
LEVELS = 2  # how much plainer than it was written a message can be shown


def shown(message: Content, level: int) -> Content:
    """As it was written (0), in plain sections (1), as text alone (2)."""
    if level <= 0:
        return message
    return plain(message) if level == 1 else bare(message)


def plain(message: Content) -> Content:
    """Every newer block turned into sections that say the same; the others as they are."""
    blocks = [made for block in message.blocks for made in _plain(block)]
    return content(message.text, blocks)


def bare(message: Content) -> Content:
    """No blocks at all: what they say, as text. Buttons are lost."""
    lines = [text for block in plain(message).blocks if block["type"] != "actions" for text in texts(block)]
    return content("\n".join(lines) or message.text)


def _plain(block: Block) -> Iterator[Block]:
    kind = block["type"]
    if kind in OLD:
        yield block
    elif kind == "plan":
        yield from _sections([f"*{escape(block['title'])}*", *map(_task_line, block.get("tasks", ()))])
    elif kind == "task_card":
        yield from _sections([_task_line(block)])
    elif kind in ("table", "data_table"):
        yield from _sections(_table_lines(block))
    elif kind == "container":
        yield from _sections([f"*{' · '.join(texts({**block, 'child_blocks': []}))}*"])
        for child in block["child_blocks"]:
            yield from _plain(child)
    elif kind == "data_visualization":
        yield from _sections(_chart_lines(block))
    else:
        yield from _sections(texts(block))


def _sections(lines: Iterable[str]) -> Iterator[Block]:
    """The lines in as few sections as they fit in."""
    taken = ""
    for line in lines:
        if taken and len(taken) + 1 + len(line) > limits.SECTION:
            yield section(taken)
            taken = ""
        taken = f"{taken}\n{line}" if taken else line
    if taken:
        yield section(taken)


def _task_line(task: Block) -> str:
    line = f"{MARKS[task['status']]} *{escape(task['title'])}*"
    said = [_words(task[part]) for part in ("details", "output") if part in task]
    return " · ".join([line, *said])


def _table_lines(table: Block) -> Iterator[str]:
    for number, row in enumerate(table["rows"]):
        cells = [_words(cell).strip("\u00a0 ") or NOTHING for cell in row]
        if number == 0:
            yield " · ".join(f"*{cell}*" for cell in cells)
        else:
            yield " · ".join(cells)


def _chart_lines(block: Block) -> Iterator[str]:
    """The title, then a line for each slice, or each series as a small picture with its last and highest value."""
    yield f"*{escape(block['title'])}*"
    chart = block["chart"]
    for part in chart.get("segments", ()):
        yield f"{escape(part['label'])}: {part['value']}"
    for series in chart.get("series", ()):
        values = [point["value"] for point in series["data"]]
        last, top = (
            f"{value:,.6g} {chart['axis_config'].get('y_label', '')}".strip() for value in (values[-1], max(values))
        )
        at = escape(series["data"][-1]["label"])
        yield f"`{spark(values)}` {escape(series['name'])} · {at} {escape(last)} · highest {escape(top)}"


def _words(part: Block) -> str:
    """A table cell or rich text as mrkdwn."""
    if part["type"] == "raw_text" or part["type"] == "raw_number":
        return escape(part["text"])
    return "".join(_element(element) for element in _leaves(part))


def _leaves(part: Block) -> Iterator[Block]:
    if "elements" not in part:
        yield part
        return
    for number, inner in enumerate(part["elements"]):
        if number and part["type"] in ("rich_text", "rich_text_list"):
            yield {"type": "text", "text": "\n"}
        yield from _leaves(inner)


def _element(element: Block) -> str:
    match element:
        case {"type": "user", "user_id": user}:
            return f"<@{user}>"
        case {"type": "usergroup", "usergroup_id": group}:
            return f"<!subteam^{group}>"
        case {"type": "channel", "channel_id": channel}:
            return f"<#{channel}>"
        case {"type": "link", "url": url}:
            return f"<{escape(url)}|{escape(element.get('text') or url)}>"
        case {"type": "date", "timestamp": stamp, "format": form}:
            return f"<!date^{stamp}^{form}|{escape(element.get('fallback') or form)}>"
        case {"type": "emoji", "name": name}:
            return f":{name}:"
    marks = "".join(mark for style, mark in STYLES.items() if element.get("style", {}).get(style))
    return f"{marks}{escape(element.get('text', ''))}{marks[::-1]}"


def texts(part: Any) -> list[str]:
    """Every text in a block, in its order, as mrkdwn."""
    if isinstance(part, list | tuple):
        return [text for inner in part for text in texts(inner)]
    if not isinstance(part, dict):
        return []
    if part.get("type") == "rich_text":
        return [_words(part)]
    if isinstance(part.get("text"), str):
        raw = part.get("type") in ("mrkdwn", "markdown")
        return [part["text"] if raw else escape(part["text"])]
    own = [escape(part[key]) for key in ("title", "subtitle") if isinstance(part.get(key), str)]
    return own + [text for inner in part.values() for text in texts(inner)]
