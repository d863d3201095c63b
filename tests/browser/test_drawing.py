"""Every block and element is drawn: what it says can be read, and it is what it is to a screen reader."""

from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from bot.sandbox.slack.server import Server
from tests.browser.pilot import Pilot
from tests.browser.window import Window
from tests.sandbox.slack.pieces import Json, actions, button, mrkdwn, options, plain, rich, section
from tests.waiting import eventually


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def number(value: float) -> Json:
    return {"type": "raw_number", "value": value, "text": f"{value} s"}


def chart(kind: str) -> Json:
    if kind == "pie":
        return {"type": "pie", "segments": [{"label": "2xx", "value": 93}, {"label": "5xx", "value": 7}]}
    data = [{"label": "web1", "value": 4}, {"label": "web2", "value": 8}]
    return {"type": kind, "series": [{"name": "p95", "data": data}], "axis_config": {"categories": ["web1", "web2"]}}


def visual(kind: str) -> Json:
    return {"type": "data_visualization", "title": "Latency", "chart": chart(kind)}


TABLE = [[raw("host"), raw("took")], *([raw(f"web{i}"), number(i)] for i in range(7))]
CARD: Json = {"type": "card", "title": mrkdwn("*web1*"), "body": mrkdwn("healthy"), "actions": [button("restart")]}
TASK: Json = {"type": "task_card", "task_id": "t", "title": "Batch 1", "status": "error", "details": rich("web1: 503")}
STYLED: Json = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_list", "style": "ordered", "elements": [rich("first")["elements"][0]]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "$ git log"}]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted", "style": {"bold": True}}]},
    ],
}
CASES: list[tuple[str, list[Json], str, str]] = [
    (
        "a section with fields",
        [{"type": "section", "fields": [mrkdwn("*What*\n503"), mrkdwn("b")]}],
        ".fields",
        "What\n503",
    ),
    ("a header", [{"type": "header", "text": plain("Status")}], "h3.header", "Status"),
    ("a context", [{"type": "context", "elements": [mrkdwn("8 _commits_")]}], ".context em", "commits"),
    ("a divider", [section(), {"type": "divider"}], "hr", ""),
    ("a link button", [actions(button(url="https://x.example"))], "a.button[target='_blank'][rel~='noopener']", "Go"),
    ("rich text", [STYLED], ".rich-text ol li", "first"),
    ("a preformatted part", [STYLED], ".rich-text pre", "$ git log"),
    ("a quote", [STYLED], ".rich-text blockquote strong", "quoted"),
    ("markdown", [{"type": "markdown", "text": "# T\n- [x] done"}], ".markdown li.task-item", "done"),
    ("a table", [{"type": "table", "rows": TABLE}], "table tbody tr:nth-child(2) td.align-right", "1 s"),
    ("a table's head", [{"type": "table", "rows": TABLE}], "table thead th[scope='col']", "took"),
    ("a caption", [{"type": "data_table", "caption": "Hosts", "rows": TABLE}], "figure figcaption", "Hosts"),
    ("a pie", [visual("pie")], ".legend", "93 · 93.0 %"),
    ("a bar chart", [visual("bar")], "svg[role='img'][aria-label*='web2 8'] rect", ""),
    ("a line chart", [visual("line")], "svg .stroke", ""),
    ("an area chart", [visual("area")], "svg .fill", ""),
    ("a plan", [{"type": "plan", "title": "Deploy 41", "tasks": [TASK]}], ".plan .plan-count", "0 of 1"),
    ("a failed task", [TASK], ".task.error .task-mark[aria-label='Failed']", ""),
    ("a task's details", [TASK], ".task-details", "web1: 503"),
    ("a card", [CARD], "article.card .card-title strong", "web1"),
    ("a carousel", [{"type": "carousel", "elements": [CARD, CARD]}], ".carousel .card-body", "healthy"),
    (
        "a container",
        [
            {
                "type": "container",
                "title": plain("Capacity"),
                "is_collapsible": True,
                "child_blocks": [section("CPU 47 %")],
            }
        ],
        "details[open].container",
        "CPU 47 %",
    ),
    (
        "an icon button",
        [
            {
                "type": "context_actions",
                "elements": [{"type": "icon_button", "icon": "trash", "text": plain("Delete"), "action_id": "d"}],
            }
        ],
        "button[aria-label='Delete']",
        "",
    ),
]


@pytest.mark.parametrize(("blocks", "css", "text"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_block_is_drawn(wall: Window, blocks: list[Json], css: str, text: str) -> None:
    wall.pin(blocks)
    wall.one(f".message {css}", text)
    assert not wall.all(".unsupported")
    assert wall.complaints() == []


def test_a_data_table_turns_its_pages_and_sorts(window: Window, server: Server) -> None:
    block = {"type": "data_table", "caption": "Hosts", "rows": TABLE, "page_size": 3}
    window.pin([block])
    window.one(".pager", "1–3 of 7")
    window.click("[aria-label='Next page']")
    window.one(".pager", "4–6 of 7")
    window.one("tbody td", "web5")
    window.click(".sort", "took")
    window.click(".sort", "took")
    window.one("th[aria-sort='descending']")
    window.one("tbody tr:first-child td", "6 s")


PICKS: list[tuple[str, Json, list[str], str]] = [
    ("static_select", {"options": options("one", "two")}, [Keys.ARROW_DOWN], "Two"),
    ("users_select", {}, ["lea"], "Lea Laurent"),
    ("conversations_select", {}, ["alerts"], "#alerts"),
    ("channels_select", {}, [Keys.ARROW_UP], "#alerts"),
    ("multi_static_select", {"options": options("one", "two")}, ["tw"], "Two"),
]


@pytest.mark.parametrize(("kind", "more", "keys", "shown"), PICKS, ids=[kind for kind, *_ in PICKS])
def test_a_choice_is_made_by_keys_alone(
    window: Window, server: Server, kind: str, more: Json, keys: list[str], shown: str
) -> None:
    block = section("Which?", accessory={"type": kind, "action_id": "pick", **more})
    window.pin([block])
    window.run("arguments[0].focus()", window.one("[data-action='pick']"))
    window.press(Keys.ENTER)
    eventually(lambda: window.focused.get_attribute("role") == "searchbox")
    for key in keys:
        window.press(key)
    window.one(".option.active", shown)
    window.press(Keys.ENTER)
    if kind.startswith("multi"):
        window.one(".option[aria-selected='true']", shown)
        window.press(Keys.ESCAPE)
    assert window.gone(".pop")
    window.one("[data-action='pick']", shown)
    assert window.focused.get_attribute("data-action") == "pick"


def test_a_menu_is_walked_by_keys(window: Window, server: Server) -> None:
    menu = {"type": "overflow", "action_id": "menu", "options": options("one", "two")}
    window.pin([actions(menu)])
    window.run("arguments[0].focus()", window.one("[data-action='menu']"))
    window.press(Keys.ENTER)
    eventually(lambda: window.words(window.focused) == "One")
    window.press(Keys.ARROW_DOWN)
    eventually(lambda: window.words(window.focused) == "Two")
    window.press(Keys.ESCAPE)
    assert window.gone(".pop")
    assert window.focused.get_attribute("data-action") == "menu"


@pytest.mark.parametrize(("kind", "value"), [("datepicker", "2026-12-24"), ("timepicker", "09:45")])
def test_a_picked_date_or_time_is_sent_and_kept(
    window: Window, server: Server, pilot: Pilot, kind: str, value: str
) -> None:
    got: list[Json] = []

    @pilot.bolt.action("when")
    def picked(ack: Any, action: Json) -> None:
        ack()
        got.append(action)

    block = section("When?", accessory={"type": kind, "action_id": "when"})
    window.pin([block])
    box = window.one("[data-action='when']")
    window.run("arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change'))", box, value)
    eventually(lambda: got)
    assert got[0]["selected_date" if kind == "datepicker" else "selected_time"] == value
    assert window.one("[data-action='when']").get_property("value") == value
