from datetime import UTC, datetime
from typing import Any

import pytest

from bot.messages import blocks, words
from bot.messages.plain import OLD, bare, plain, shown
from bot.messages.rich import rich
from bot.model import Content
from bot.sandbox.slack.limits.messages import blocks_problems

BUTTON = blocks.actions(blocks.button("Roll back to 1.4.1", "incident.rollback", "7"))
PLAN = blocks.plan(
    "Deploy 41 & more",
    [
        blocks.task("1", "Preflight", "complete", "4 hosts", "2.1 s"),
        blocks.task("2", "Batch 1 of 3", "in_progress", f"web1 asked by {words.user('U1AB')}"),
        blocks.task("3", "Approval", "pending", "<!subteam^S1AB> or `web2`"),
        blocks.task("4", "Batch 2 of 3", "error"),
    ],
)
PIE = {
    "type": "data_visualization",
    "title": "Answers",
    "chart": {"type": "pie", "segments": [{"label": "200", "value": 97}, {"label": "5<x", "value": 3}]},
}
LINE = {
    "type": "data_visualization",
    "title": "Latency",
    "chart": {
        "type": "line",
        "series": [{"name": "p95", "data": [{"label": "14:00", "value": 41}, {"label": "14:01", "value": 43}]}],
        "axis_config": {"categories": ["14:00", "14:01"]},
    },
}
PLAIN = {"type": "plain_text", "text": "Machines"}


def text_of(message: Content) -> str:
    return "\n".join(block["text"]["text"] for block in message.blocks if block["type"] == "section")


def test_a_plan_is_one_line_per_task_with_a_mark_for_its_state() -> None:
    assert text_of(plain(Content("t", (PLAN,)))).split("\n") == [
        "*Deploy 41 &amp; more*",
        "✓ *Preflight* · 4 hosts · 2.1 s",
        "◐ *Batch 1 of 3* · web1 asked by <@U1AB>",
        "○ *Approval* · <!subteam^S1AB> or `web2`",
        "✗ *Batch 2 of 3*",
    ]


def test_a_table_is_one_line_per_row_under_a_bold_first() -> None:
    table = blocks.table(
        ["Service", "Production"], [["shop <1>", rich("● *1.4.1* <https://x.example/a|4/4>")], ["api"]]
    )
    assert text_of(plain(Content("t", (table,)))).split("\n") == [
        "*Service* · *Production*",
        "shop &lt;1&gt; · ● *1.4.1* <https://x.example/a|4/4>",
        "api · –",
    ]


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (PIE, "*Answers*\n200: 97\n5&lt;x: 3"),
        (LINE, "*Latency*\n`██` p95 · 14:01 43 · highest 43"),
        ({"type": "alert", "text": {"type": "mrkdwn", "text": "*mind*"}, "level": "warning"}, "*mind*"),
        ({"type": "markdown", "text": "one\ntwo"}, "one\ntwo"),
        (blocks.task("1", "Preflight", "complete"), "✓ *Preflight*"),
        (
            {"type": "container", "title": PLAIN, "child_blocks": [blocks.section("web1"), PIE]},
            "*Machines*\nweb1\n*Answers*\n200: 97\n5&lt;x: 3",
        ),
        ({"type": "of_next_year", "body": [{"type": "mrkdwn", "text": "news"}, PLAIN]}, "news\nMachines"),
    ],
    ids=lambda given: given["type"] if isinstance(given, dict) else "",
)
def test_what_a_newer_block_says_is_said_in_sections(block: dict[str, Any], said: str) -> None:
    assert text_of(plain(Content("t", (block,)))) == said


def test_a_date_in_a_task_stays_a_date() -> None:
    until = words.date(datetime(2026, 11, 20, 14, 32, tzinfo=UTC), "{time}")
    made = plain(Content("t", (blocks.plan("p", [blocks.task("1", "Approval", "pending", f"until {until}")]),)))
    assert f"○ *Approval* · until {until}" in text_of(made)


def test_older_blocks_stay_as_they_are() -> None:
    kept = (blocks.header("h"), blocks.section("s"), blocks.context("c"), blocks.divider(), BUTTON, rich("r"))
    assert plain(Content("t", kept)) == Content("t", kept)


def test_fifty_long_tasks_become_sections_that_slack_takes() -> None:
    long = blocks.plan("p", [blocks.task(str(n), f"Batch {n}", "pending", "d" * 190) for n in range(50)])
    made = plain(Content("t", (long, BUTTON)))
    assert {block["type"] for block in made.blocks} <= OLD
    assert made.blocks[-1] == BUTTON
    assert blocks_problems(list(made.blocks)) == []
    assert "*Batch 49*" in text_of(made)


def test_without_blocks_everything_but_the_buttons_is_still_said() -> None:
    made = bare(Content("first line", (blocks.header("Deploy 41"), PLAN, BUTTON)))
    assert made.blocks == ()
    assert made.text.startswith("Deploy 41\n*Deploy 41 &amp; more*\n✓ *Preflight*")
    assert "Roll back" not in made.text


def test_without_blocks_a_message_that_was_text_is_that_text() -> None:
    assert bare(Content("first line")) == Content("first line")


def test_each_level_is_plainer_than_the_one_before() -> None:
    message = Content("t", (PLAN,))
    kinds = [[block["type"] for block in shown(message, level).blocks] for level in range(3)]
    assert kinds == [["plan"], ["section"], []]
