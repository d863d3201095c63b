"""Blocks that show data and work: tables, charts, plans, cards, containers, alerts.

Numbers: docs.slack.dev/reference/block-kit/blocks, as collected by slackblocks 3 and by slack_sdk 3.47's models.
"""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.limits.elements import ELEMENTS, IN_CONTEXT_ACTIONS
from bot.sandbox.slack.limits.objects import ICON, IMAGE, mrkdwn, plain
from bot.sandbox.slack.limits.rich_text import RICH_TEXT
from bot.sandbox.slack.limits.rules import (
    URL,
    Check,
    Shape,
    at,
    boolean,
    by_type,
    exactly_one,
    items,
    number,
    one_of,
    string,
)

BASE: dict[str, Check] = {"type": string(), "block_id": string(255, least=1)}
MOST_COLUMNS, MOST_TASKS, MOST_TABLE_TEXT = 20, 50, 20_000

_RAW_NUMBER = Shape({"type": string(), "value": number(), "text": string(least=1)}, ("value", "text"))
_TABLE_CELL = by_type(
    {
        "raw_text": Shape({"type": string(), "text": string()}, ("text",)),
        "raw_number": _RAW_NUMBER,
        "rich_text": RICH_TEXT,
    }
)
_DATA_CELL = by_type(
    {
        "raw_text": Shape({"type": string(), "text": string(least=1)}, ("text",)),
        "raw_number": _RAW_NUMBER,
        "rich_text": RICH_TEXT,
    }
)
_COLUMN = Shape({"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _even_rows(value: Any, pointer: str) -> Iterator[str]:
    rows = value.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows) or not rows:
        return
    if len({len(row) for row in rows}) > 1:
        yield at("every row must have the same number of columns", f"{pointer}/rows")
    settings = value.get("column_settings")
    if isinstance(settings, list) and len(settings) > len(rows[0]):
        yield at("more column settings than columns", f"{pointer}/column_settings")


def _table_text(value: Any, pointer: str) -> Iterator[str]:
    rows = [row for row in value.get("rows") or [] if isinstance(row, list)]
    cells = [cell for row in rows for cell in row if isinstance(cell, dict)]
    if sum(len(cell["text"]) for cell in cells if isinstance(cell.get("text"), str)) > MOST_TABLE_TEXT:
        yield at(f"must be less than {MOST_TABLE_TEXT + 1} characters", f"{pointer}/rows")


_SEGMENT = Shape({"label": string(20, least=1), "value": number()}, ("label", "value"))
_POINT = Shape({"label": string(20, least=1), "value": number()}, ("label", "value"))
_SERIES = Shape({"name": string(20, least=1), "data": items(_POINT, 20, least=1)}, ("name", "data"))
_AXES = Shape(
    {"categories": items(string(20, least=1), 20, least=1), "x_label": string(50), "y_label": string(50)},
    ("categories",),
)


def _positive_segments(value: Any, pointer: str) -> Iterator[str]:
    for place, segment in enumerate(value.get("segments") or []):
        share = segment.get("value") if isinstance(segment, dict) else None
        if isinstance(share, (int, float)) and share <= 0:
            yield at("must be more than 0", f"{pointer}/segments/{place}/value")


def _matching_series(value: Any, pointer: str) -> Iterator[str]:
    """A series has a name of its own, and one point for each category."""
    series, axes = value.get("series"), value.get("axis_config")
    named = [one for one in series or () if isinstance(one, dict)]
    if len({str(one.get("name")) for one in named}) < len(named):
        yield at("series names must be unique", f"{pointer}/series")
    categories = axes.get("categories") if isinstance(axes, dict) else None
    for place, one in enumerate(named):
        data = one.get("data")
        labels = [point.get("label") for point in data if isinstance(point, dict)] if isinstance(data, list) else None
        if (
            isinstance(categories, list)
            and labels is not None
            and sorted(map(str, labels)) != sorted(map(str, categories))
        ):
            yield at("labels must match the categories, one point each", f"{pointer}/series/{place}/data")


_GRAPH = Shape(
    {"type": string(), "series": items(_SERIES, 12, least=1), "axis_config": _AXES},
    ("series", "axis_config"),
    (_matching_series,),
)
_PIE = Shape({"type": string(), "segments": items(_SEGMENT, 12, least=1)}, ("segments",), (_positive_segments,))

_SOURCE = Shape({"type": one_of("url"), "url": URL, "text": string(least=1)}, ("type", "url", "text"))
_TASK: dict[str, Check] = BASE | {
    "task_id": string(255, least=1),
    "title": string(least=1),
    "status": one_of("pending", "in_progress", "complete", "error"),
    "details": RICH_TEXT,
    "output": RICH_TEXT,
    "sources": items(_SOURCE),
}
TASK = Shape(_TASK | {"type": one_of("task_card")}, ("task_id", "title"))
_CARD = Shape(
    BASE
    | {
        "hero_image": IMAGE,
        "icon": IMAGE,
        "slack_icon": ICON,
        "title": mrkdwn(150),
        "subtitle": mrkdwn(150),
        "body": mrkdwn(200),
        "subtext": mrkdwn(200),
        "actions": items(by_type(ELEMENTS, frozenset({"button", "workflow_button"})), 3, least=1),
    }
)
IN_CONTAINER = frozenset(
    {"section", "header", "context", "divider", "actions", "image", "rich_text", "table", "data_visualization", "card"}
)


def container(blocks: dict[str, Check]) -> Shape:
    """A titled, collapsible group of other blocks; `blocks` are the shapes that may stand in it."""
    return Shape(
        BASE
        | {
            "title": plain(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": mrkdwn(150),
            "icon": IMAGE,
            "child_blocks": items(by_type(blocks, IN_CONTAINER), 10, least=1),
            "width": one_of("narrow", "standard", "wide", "full"),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        ("child_blocks",),
        (exactly_one("title", "rich_text_title"),),
    )


DATA_BLOCKS: dict[str, Check] = {
    "table": Shape(
        BASE
        | {
            "rows": items(items(_TABLE_CELL, MOST_COLUMNS, least=1), 100, least=1),
            "column_settings": items(_COLUMN, MOST_COLUMNS),
        },
        ("rows",),
        (_even_rows,),
    ),
    "data_table": Shape(
        BASE
        | {
            "rows": items(items(_DATA_CELL, MOST_COLUMNS, least=1), 201, least=2),
            "caption": string(least=1),
            "page_size": number(1, 100, whole=True),
            "row_header_column_index": number(0, MOST_COLUMNS - 1, whole=True),
        },
        ("rows", "caption"),
        (_even_rows, _table_text),
    ),
    "data_visualization": Shape(
        BASE
        | {
            "title": string(50, least=1),
            "chart": by_type({"pie": _PIE, "line": _GRAPH, "bar": _GRAPH, "area": _GRAPH}),
        },
        ("title", "chart"),
    ),
    "plan": Shape(BASE | {"title": string(least=1), "tasks": items(TASK, MOST_TASKS, least=1)}, ("title", "tasks")),
    "task_card": TASK,
    "alert": Shape(
        BASE | {"text": mrkdwn(200), "level": one_of("default", "info", "warning", "error", "success")}, ("text",)
    ),
    "card": _CARD,
    "carousel": Shape(BASE | {"elements": items(by_type({"card": _CARD}), 10, least=1)}, ("elements",)),
    "context_actions": Shape(
        BASE | {"elements": items(by_type(ELEMENTS, IN_CONTEXT_ACTIONS), 5, least=1)}, ("elements",)
    ),
    "markdown": Shape(BASE | {"text": string(12_000, least=1)}, ("text",)),
}
