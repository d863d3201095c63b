"""Tables, charts, plans, cards, containers, alerts, markdown and rich text at their limits; and who may stand where."""

from typing import Any

import pytest

from bot.sandbox.slack.limits.blocks import BLOCKS, SURFACES
from bot.sandbox.slack.limits.messages import blocks_problems
from tests.sandbox.slack.pieces import actions, button, mrkdwn, plain, rich, section

Json = dict[str, Any]


def raw(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def table(rows: int = 2, columns: int = 2, **more: Any) -> Json:
    return {"type": "table", "rows": [[raw()] * columns] * rows, **more}


def data_table(rows: int = 2, columns: int = 2, **more: Any) -> Json:
    return {"type": "data_table", "caption": "Hosts", "rows": [[raw()] * columns] * rows, **more}


def chart(**chart_: Any) -> Json:
    return {"type": "data_visualization", "title": "Latency", "chart": chart_}


def pie(segments: int = 2, value: float = 1, label: str = "a") -> Json:
    return chart(type="pie", segments=[{"label": label, "value": value}] * segments)


def line(series: int = 1, points: int = 2, kind: str = "line", **axes: Any) -> Json:
    data = [{"label": str(number), "value": number} for number in range(points)]
    categories = [str(number) for number in range(points)]
    rows = [{"name": f"s{number}", "data": data} for number in range(series)]
    return chart(type=kind, series=rows, axis_config={"categories": categories, **axes})


def task(**more: Any) -> Json:
    return {"task_id": "t", "title": "Preflight", "status": "complete", **more}


def plan(tasks: int = 2, **more: Any) -> Json:
    return {"type": "plan", "title": "Deploy 41", "tasks": [task(task_id=str(n)) for n in range(tasks)], **more}


def card(**more: Any) -> Json:
    return {"type": "card", "title": mrkdwn("web1"), **more}


def container(children: int = 1, **more: Any) -> Json:
    return {"type": "container", "title": plain("Details"), "child_blocks": [section()] * children, **more}


SOURCE = {"type": "url", "url": "https://example.com", "text": "example"}
GOOD: list[Json] = [
    table(100, 20),
    table(column_settings=[{"align": "right", "is_wrapped": True}]),
    {"type": "table", "rows": [[raw(""), {"type": "raw_number", "value": 4.5, "text": "4.5"}, rich()]]},
    data_table(201, 20, page_size=100, row_header_column_index=0),
    pie(12, label="x" * 20),
    line(12, 20, "area", x_label="x" * 50, y_label="y"),
    line(kind="bar"),
    plan(50),
    plan(tasks=1) | {"tasks": [task(type="task_card", details=rich(), output=rich(), sources=[SOURCE])]},
    task(type="task_card", status="in_progress"),
    card(subtitle=mrkdwn("s"), body=mrkdwn("x" * 200), actions=[button("a"), button("b"), button("c")]),
    {"type": "carousel", "elements": [card()] * 10},
    container(10, subtitle=mrkdwn("s"), width="full", is_collapsible=True, default_collapsed=True),
    {"type": "container", "rich_text_title": rich(), "child_blocks": [table()]},
    {"type": "markdown", "text": "x" * 12_000},
    {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "icon": "trash", "text": plain("Delete"), "action_id": "d"}],
    },
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_a_block_within_the_limits_passes(block: Json) -> None:
    assert blocks_problems([block]) == []


BAD: list[tuple[Json, str]] = [
    (table(101), "no more than 100 items allowed [json-pointer:/blocks/0/rows]"),
    (table(columns=21), "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
    (table(0), "must contain at least 1 item"),
    ({"type": "table", "rows": [[raw()], [raw(), raw()]]}, "every row must have the same number of columns"),
    (table(column_settings=[{}] * 3), "more column settings than columns"),
    (table(column_settings=[{"align": "justify"}]), "must be one of: left, center, right"),
    ({"type": "table", "rows": [[{"type": "raw_number", "value": 4}]]}, "missing required field: text"),
    ({"type": "table", "rows": [[mrkdwn("x")]]}, "unsupported type: mrkdwn"),
    (data_table(1), "must contain at least 2 items"),
    (data_table(202), "no more than 201 items allowed"),
    (data_table(caption=None), "missing required field: caption"),
    (data_table(page_size=0), "must be at least 1"),
    (data_table(page_size=101), "must be at most 100"),
    (data_table() | {"rows": [[raw("")], [raw()]]}, "must be more than 0 characters"),
    (data_table() | {"rows": [[raw("x" * 10_001)]] * 2}, "must be less than 20001 characters"),
    (pie(13), "no more than 12 items allowed"),
    (pie(0), "must contain at least 1 item"),
    (pie(value=0), "must be more than 0 [json-pointer:/blocks/0/chart/segments/0/value]"),
    (pie(label="x" * 21), "must be less than 21 characters"),
    (line(13), "no more than 12 items allowed"),
    (line(points=21), "no more than 20 items allowed"),
    (line(kind="scatter"), "unsupported type: scatter"),
    (line(categories=["0"]), "labels must match the categories, one point each [json-pointer:/blocks/0/chart/series/0"),
    (line(categories=["0", "2"]), "labels must match the categories, one point each"),
    (chart(**line()["chart"] | {"series": line()["chart"]["series"] * 2}), "series names must be unique"),
    (line(x_label="x" * 51), "must be less than 51 characters"),
    (line() | {"title": "x" * 51}, "must be less than 51 characters [json-pointer:/blocks/0/title]"),
    (plan(51), "no more than 50 items allowed [json-pointer:/blocks/0/tasks]"),
    (plan(0), "must contain at least 1 item"),
    (plan() | {"tasks": [task(status="done")]}, "must be one of: pending, in_progress, complete, error"),
    (plan() | {"tasks": [{"title": "x"}]}, "missing required field: task_id"),
    (plan() | {"tasks": [task(details="text")]}, "must be an object"),
    (plan() | {"tasks": [task(sources=[{"type": "url", "url": "x", "text": "x"}])]}, "must be a valid http(s) URL"),
    (card(body=mrkdwn("x" * 201)), "must be less than 201 characters"),
    (card(title=mrkdwn("x" * 151)), "must be less than 151 characters"),
    (card(actions=[button("a")] * 4), "no more than 3 items allowed"),
    ({"type": "carousel", "elements": [card()] * 11}, "no more than 10 items allowed"),
    ({"type": "carousel", "elements": []}, "must contain at least 1 item"),
    ({"type": "carousel", "elements": [section()]}, "unsupported type: section"),
    (container(11), "no more than 10 items allowed"),
    (container(rich_text_title=rich()), "must have exactly one of: title, rich_text_title"),
    (container(title=plain("x" * 151)), "must be less than 151 characters"),
    (container(width="huge"), "must be one of: narrow, standard, wide, full"),
    (container() | {"child_blocks": [container()]}, "unsupported type: container"),
    (container() | {"child_blocks": [{"type": "markdown", "text": "x"}]}, "unsupported type: markdown"),
    ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001 characters"),
    ({"type": "markdown", "text": ""}, "must be more than 0 characters"),
    ({"type": "context_actions", "elements": [button()]}, "unsupported type: button"),
    ({"type": "rich_text", "elements": []}, "must contain at least 1 item"),
]


@pytest.mark.parametrize(("block", "problem"), BAD, ids=[f"{block['type']}: {text[:40]}" for block, text in BAD])
def test_a_block_beyond_a_limit_is_refused(block: Json, problem: str) -> None:
    found = blocks_problems([block])
    assert any(text.startswith(problem) for text in found), found


RUNS: list[tuple[Json, bool]] = [
    ({"type": "text", "text": "x", "style": {"bold": True, "code": True}}, True),
    ({"type": "link", "url": "https://example.com", "text": "x"}, True),
    ({"type": "user", "user_id": "U1"}, True),
    ({"type": "usergroup", "usergroup_id": "S1"}, True),
    ({"type": "channel", "channel_id": "C1"}, True),
    ({"type": "emoji", "name": "tada"}, True),
    ({"type": "broadcast", "range": "here"}, True),
    ({"type": "date", "timestamp": 1_763_679_600, "format": "{time}", "fallback": "now"}, True),
    ({"type": "color", "value": "#1d3557"}, True),
    ({"type": "text"}, False),
    ({"type": "text", "text": ""}, False),
    ({"type": "text", "text": "x", "style": {"blink": True}}, False),
    ({"type": "link"}, False),
    ({"type": "broadcast", "range": "world"}, False),
    ({"type": "date", "timestamp": "now", "format": "{time}"}, False),
    ({"type": "mrkdwn", "text": "x"}, False),
]


@pytest.mark.parametrize(("run", "good"), RUNS)
def test_rich_text_is_made_of_known_runs(run: Json, good: bool) -> None:
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [run]}]}
    assert (blocks_problems([block]) == []) == good


SECTION: Json = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
PARTS: list[tuple[Json, bool]] = [
    ({"type": "rich_text_list", "style": "ordered", "elements": [SECTION], "indent": 1, "offset": 3}, True),
    ({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "$ make"}], "border": 1}, True),
    ({"type": "rich_text_quote", "elements": [{"type": "text", "text": "x"}]}, True),
    ({"type": "rich_text_list", "style": "roman", "elements": [SECTION]}, False),
    ({"type": "rich_text_list", "style": "bullet", "elements": [{"type": "text", "text": "x"}]}, False),
    ({"type": "rich_text_preformatted", "elements": [{"type": "emoji", "name": "x"}]}, False),
    ({"type": "rich_text_table", "elements": []}, False),
]


@pytest.mark.parametrize(("part", "good"), PARTS)
def test_rich_text_has_sections_lists_quotes_and_code(part: Json, good: bool) -> None:
    assert (blocks_problems([{"type": "rich_text", "elements": [part]}]) == []) == good


@pytest.mark.parametrize(
    ("blocks", "problem"),
    [
        ([table(), table()], "no more than 1 table block allowed"),
        ([container() | {"child_blocks": [table()]}, table()], "no more than 1 table block allowed"),
        ([pie()] * 3, "no more than 2 data_visualization blocks allowed"),
        ([{"type": "markdown", "text": "x" * 7000}] * 2, "markdown must be less than 12001 characters in all"),
    ],
)
def test_some_blocks_are_rationed_in_a_message(blocks: list[Json], problem: str) -> None:
    assert blocks_problems(blocks)[0].startswith(problem)


SAMPLES: dict[str, Json] = {
    "alert": {"type": "alert", "text": mrkdwn("x" * 200), "level": "warning"},
    "plan": plan(),
    "task_card": task(type="task_card"),
    "table": table(),
    "data_table": data_table(),
    "data_visualization": pie(),
    "card": card(),
    "carousel": {"type": "carousel", "elements": [card()]},
    "container": container(),
    "markdown": {"type": "markdown", "text": "x"},
    "section": section(),
    "actions": actions(button()),
    "file": {"type": "file", "external_id": "x", "source": "remote"},
    "divider": {"type": "divider"},
}
PLACES = {
    "alert": {"modal"},
    "plan": {"message"},
    "task_card": {"message"},
    "markdown": {"message"},
    "file": {"message"},
    "table": {"message", "home"},
    "data_table": {"message", "home"},
    "data_visualization": {"message", "home"},
    "card": {"message", "home"},
    "carousel": {"message", "home"},
    "container": {"message", "home"},
    "section": {"message", "home", "modal"},
    "actions": {"message", "home", "modal"},
    "divider": {"message", "home", "modal"},
}


@pytest.mark.parametrize("surface", ["message", "home", "modal"])
@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_block_stands_only_where_slack_draws_it(kind: str, surface: str) -> None:
    assert (blocks_problems([SAMPLES[kind]], surface) == []) == (surface in PLACES[kind])


def test_every_known_block_has_a_place() -> None:
    assert frozenset(BLOCKS) == SURFACES["message"] | SURFACES["home"] | SURFACES["modal"]


def test_an_alert_has_200_characters_at_most() -> None:
    alert = SAMPLES["alert"] | {"text": mrkdwn("x" * 201)}
    assert blocks_problems([alert], "modal") == ["must be less than 201 characters [json-pointer:/blocks/0/text/text]"]
