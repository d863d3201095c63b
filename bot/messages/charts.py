"""Charts: Slack's data_visualization block, which slack_sdk has no model for, and the line of blocks in its place.

Every series has one point for each category (docs.slack.dev/reference/block-kit/blocks/data-visualization-block).
"""

from collections.abc import Mapping, Sequence

from bot.messages import limits
from bot.messages.limits import Block

LEVELS = "▁▂▃▄▅▆▇█"
NOTHING = "·"


def line_chart(
    title: str, categories: Sequence[str], series: Mapping[str, Sequence[float]], x_label: str = "", y_label: str = ""
) -> Block:
    """Lines by name, each with a value for every category. ValueError for more than Slack takes."""
    if not 0 < len(series) <= limits.SERIES or not 0 < len(categories) <= limits.POINTS:
        raise ValueError(f"a chart has 1 to {limits.SERIES} lines of 1 to {limits.POINTS} points")
    axes = {"categories": list(categories)} | {
        name: label for name, label in (("x_label", x_label), ("y_label", y_label)) if label
    }
    lines = [
        {"name": name, "data": [{"label": at, "value": value} for at, value in zip(categories, values, strict=True)]}
        for name, values in series.items()
    ]
    chart = {"type": "line", "series": lines, "axis_config": axes}
    return {"type": "data_visualization", "title": title[: limits.CHART_TITLE], "chart": chart}


def spark(values: Sequence[float | None], top: float = 0.0) -> str:
    """A line of blocks from 0 to `top`, left out: to the highest; a dot where there is no value."""
    top = top or max((value for value in values if value), default=1.0)
    return "".join(
        NOTHING if value is None else LEVELS[min(len(LEVELS) - 1, int(value / top * len(LEVELS)))] for value in values
    )


def labels(names: Sequence[str]) -> list[str]:
    """Each cut to what a label may hold, its end kept, and none like another."""
    made: list[str] = []
    for name in names:
        label, number = _end(name, limits.LABEL), 2
        while label in made:
            more = f" ({number})"
            label, number = _end(name, limits.LABEL - len(more)) + more, number + 1
        made.append(label)
    return made


def _end(name: str, room: int) -> str:
    return name if len(name) <= room else "…" + name[1 - room :]
