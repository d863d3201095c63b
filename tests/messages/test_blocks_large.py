"""Plans, tables and whole messages: what is too much is counted, not lost in silence."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.messages import blocks, limits, words
from bot.messages.rich import rich
from bot.model import Content
from bot.sandbox.slack.limits.messages import blocks_problems


def inline(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The elements of a rich text block's one section."""
    (section,) = block["elements"]
    found: list[dict[str, Any]] = section["elements"]
    return found


@pytest.mark.parametrize(
    ("mrkdwn", "elements"),
    [
        ("healthy after 3.2 s", [{"type": "text", "text": "healthy after 3.2 s"}]),
        ("", [{"type": "text", "text": "–"}]),
        (
            f"{words.user('U1AB')} or {words.mention('@leads', {'leads': 'S1AB'})}",
            [
                {"type": "user", "user_id": "U1AB"},
                {"type": "text", "text": " or "},
                {"type": "usergroup", "usergroup_id": "S1AB"},
            ],
        ),
        (
            "until " + words.date(datetime(2026, 11, 20, 14, 32, tzinfo=UTC), "{time}"),
            [
                {"type": "text", "text": "until "},
                {"type": "date", "timestamp": 1795185120, "format": "{time}", "fallback": "14:32 UTC"},
            ],
        ),
        (
            "<https://x.example/?a=1&amp;b=2|compare> *bold* `code` &lt;b&gt; 2*3*4",
            [
                {"type": "link", "url": "https://x.example/?a=1&b=2", "text": "compare"},
                {"type": "text", "text": " "},
                {"type": "text", "text": "bold", "style": {"bold": True}},
                {"type": "text", "text": " "},
                {"type": "text", "text": "code", "style": {"code": True}},
                {"type": "text", "text": " <b> 2*3*4"},
            ],
        ),
        ("in <#C1AB|deploys>", [{"type": "text", "text": "in "}, {"type": "channel", "channel_id": "C1AB"}]),
    ],
)
def test_rich_text_says_what_the_mrkdwn_said(mrkdwn: str, elements: list[dict[str, Any]]) -> None:
    assert inline(rich(mrkdwn)) == elements


def tasks(*states: str) -> list[dict[str, Any]]:
    return [blocks.task(f"t{n}", f"Batch {n}", state, "web1") for n, state in enumerate(states)]


def test_a_plan_shows_fifty_tasks_as_they_are() -> None:
    made = blocks.plan("Deploy 41", tasks(*["complete"] * 50))
    assert [one["task_id"] for one in made["tasks"]] == [f"t{n}" for n in range(50)]


@pytest.mark.parametrize(
    ("states", "place", "title", "status"),
    [
        (["complete"] * 40 + ["pending"] * 20, 0, "11 earlier tasks: 11 complete", "complete"),
        (["in_progress"] + ["pending"] * 59, 49, "11 more tasks: 11 pending", "pending"),
        (["pending"] * 55 + ["error"] * 5, 49, "11 more tasks: 5 error, 6 pending", "error"),
    ],
)
def test_a_plan_of_sixty_tasks_folds_what_matters_least(states: list[str], place: int, title: str, status: str) -> None:
    shown = blocks.plan("Deploy 41", tasks(*states))["tasks"]
    assert len(shown) == limits.TASKS
    assert (shown[place]["title"], shown[place]["status"]) == (title, status)


def test_a_plan_too_long_drops_the_details_of_finished_tasks_first() -> None:
    long = [
        blocks.task(f"t{n}", f"Batch {n}", "error" if n == 0 else "complete", "d" * 900, "o" * 100) for n in range(20)
    ]
    made = blocks.plan("Deploy 41", long)
    assert limits.size(made) <= limits.SHARE
    assert "details" in made["tasks"][0]
    assert "details" not in made["tasks"][1]


def test_a_table_takes_raw_and_rich_cells_and_fills_empty_ones() -> None:
    made = blocks.table(["Service", "Last deploy"], [["shop", rich("<@U1AB>")], ["api"]], ["left", "right"])
    assert made["rows"][0] == [{"type": "raw_text", "text": "Service"}, {"type": "raw_text", "text": "Last deploy"}]
    assert made["rows"][1][1]["type"] == "rich_text"
    assert made["rows"][2][1] == {"type": "raw_text", "text": "\u00a0"}
    assert made["column_settings"] == [{"align": "left"}, {"align": "right"}]


def test_a_table_says_how_many_rows_and_columns_it_leaves_out() -> None:
    made = blocks.table([f"h{n}" for n in range(25)], [["x"] * 25 for _ in range(200)])
    assert len(made["rows"]) == limits.ROWS
    assert {len(row) for row in made["rows"]} == {limits.COLUMNS}
    assert made["rows"][0][-1]["text"] == "… 6 more columns"
    assert made["rows"][-1][0]["text"] == "… 102 more rows"


def test_a_table_leaves_the_rest_of_the_message_its_room() -> None:
    made = blocks.table(["a", "b"], [["x" * 300, "y" * 300]] * 90)
    assert limits.size(made) <= limits.SHARE + 100
    assert made["rows"][-1][0]["text"] == "… 74 more rows"


def test_a_message_that_fits_is_left_alone() -> None:
    parts = [blocks.section("one"), blocks.actions(blocks.button("Go", "go"))]
    assert blocks.content("one", parts) == Content("one", tuple(parts))


@pytest.mark.parametrize(
    ("parts", "length"), [(60, 10), (8, 2900), (400, 2900)], ids=["too many blocks", "too much text", "both"]
)
def test_a_message_too_long_keeps_its_beginning_and_its_buttons(parts: int, length: int) -> None:
    buttons = blocks.actions(blocks.button("Roll back", "incident.rollback"))
    made = blocks.content("x" * 5000, [*[blocks.section("y" * length)] * parts, buttons]).blocks
    assert len(made) <= limits.BLOCKS
    assert limits.size(made) <= limits.MESSAGE
    assert made[-1] == buttons
    kept = len(made) - 2
    assert made[-2]["elements"][0]["text"] == f"… {parts - kept} more parts left out"
    assert made[0]["type"] == "section"


def test_the_fallback_text_is_cut_and_never_empty() -> None:
    assert blocks.content("x" * 5000).text.endswith("… 1,023 more characters")
    assert len(blocks.content("x" * 5000).text) == limits.TEXT
    assert blocks.content(" ").text == "–"


def test_a_second_table_is_a_mistake_told_at_once() -> None:
    with pytest.raises(ValueError, match="one table"):
        blocks.content("t", [blocks.table(["a"], []), blocks.table(["b"], [])])


@pytest.mark.parametrize(
    "made",
    [
        blocks.plan("p" * 300, tasks(*["pending"] * 80)),
        blocks.table(["h"] * 30, [["c" * 400] * 30] * 200, ["right"] * 30),
        blocks.table(["a"], [["b", "c"], []], ["left"] * 3),
        blocks.code("<line>\n" * 2000),
        blocks.section("", fields=["x"] * 30),
        blocks.actions(
            *[blocks.button("x" * 100, str(n), confirm=blocks.confirm("t" * 200, "", "")) for n in range(25)]
        ),
    ],
    ids=lambda made: made["type"],
)
def test_the_sandbox_finds_nothing_to_refuse_in_what_the_builders_make(made: dict[str, Any]) -> None:
    assert blocks_problems([made]) == []
