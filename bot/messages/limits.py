"""How long things may be in Slack, and cutting them to it with a note of how much is gone.

Lengths are in characters, from docs.slack.dev/reference/block-kit unless said otherwise.
"""

from collections.abc import Callable
from typing import Any

TEXT = 4000  # chat.postMessage and chat.update: above it, msg_too_long
SECTION = 3000
FIELD, FIELDS = 2000, 10
CONTEXT_PARTS = 10
HEADER = 150
BUTTON, VALUE, URL = 75, 2000, 3000
ACTION_ID = 255
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
BUTTONS = 25
OPTIONS, OPTION, OPTION_TEXT, PLACEHOLDER = 100, 150, 75, 150
TASKS = 50
TASK_TITLE = 150  # not documented; one line of a card
TASK_TEXT = 1000  # not documented; fifty tasks share what a message may hold
ROWS, COLUMNS = 100, 20
CELL = 300  # not documented; keeps one cell from eating the table's share
SHARE = 10_000  # of a message's text for one table or one plan, so that the rest has room beside it
CHART_TITLE, SERIES, POINTS, LABEL = 50, 6, 20, 20  # of a chart; newer texts allow twelve series
BLOCKS = 50
MESSAGE = 13_000  # all text of all blocks; undocumented, about 13,200 before msg_blocks_too_long (bolt-js#2509)

Block = dict[str, Any]
NOTHING = "–"  # Slack refuses empty texts
LINE = 200  # a longer one may begin in its middle
UNSEEN = frozenset({"type", "block_id", "action_id", "task_id", "url", "value", "style", "status", "align"})


def cut(text: str, limit: int) -> str:
    """The text, or as much of its beginning as fits with `… 1,234 more characters`."""
    if len(text) <= limit:
        return text
    room = limit - len(_note(len(text)))
    if room <= 0:
        return text[:limit]
    kept = _whole(text[:room])
    return kept + _note(len(text) - len(kept))


def tail(text: str, limit: int, cost: Callable[[str], int] = len) -> str:
    """The text, or as much of its end as fits below `… 1,234 characters before`.

    `cost` says how much room one character takes in the end: an escaped one takes more than itself.
    """
    if sum(map(cost, text)) <= limit:
        return text
    room = limit - len(f"… {len(text):,} characters before\n")
    start = len(text)
    while start and room >= cost(text[start - 1]):
        start -= 1
        room -= cost(text[start])
    newline = text.find("\n", start, start + LINE)
    if 0 <= newline < len(text) - 1:
        start = newline + 1  # a whole line says more than most of one
    return f"… {start:,} characters before\n{text[start:]}"


def _note(number: int) -> str:
    return f"… {number:,} more characters"


def _whole(text: str) -> str:
    """Without a mention, link or escape that the cut went through: Slack would show its half as it is."""
    for opening, closing, longest in (("<", ">", 500), ("&", ";", len("&amp;"))):
        start = text.rfind(opening)
        if start > text.rfind(closing) and len(text) - start <= longest:
            text = text[:start]
    return text


def size(block: Any) -> int:
    """How many characters a person may see of this block, its menus and buttons included."""
    if isinstance(block, str):
        return len(block)
    if isinstance(block, dict):
        return sum(size(value) for key, value in block.items() if key not in UNSEEN)
    if isinstance(block, list | tuple):
        return sum(map(size, block))
    return 0
