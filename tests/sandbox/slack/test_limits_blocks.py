"""The layout blocks that everybody uses: what passes, what does not, and where Slack points."""

from typing import Any

import pytest

from bot.sandbox.slack.limits.messages import blocks_problems, text_in
from tests.sandbox.slack.pieces import actions, button, mrkdwn, options, plain, rich, section, text_field

Json = dict[str, Any]
IMAGE: Json = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}
FILE_IMAGE: Json = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a"}

GOOD: list[Json] = [
    section("x" * 3000),
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    section(accessory=button()),
    section(accessory=IMAGE),
    section(accessory=None, block_id="x" * 255, expand=True),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn("x"), plain("y"), IMAGE] * 3},
    actions(*(button(f"b{number}") for number in range(25))),
    text_field(optional=True, hint=plain("why"), dispatch_action=True),
    {**IMAGE, "title": plain("t"), "block_id": "i"},
    FILE_IMAGE,
    rich(),
    {"type": "file", "external_id": "x", "source": "remote"},
    {
        "type": "video",
        "alt_text": "a",
        "title": plain("t"),
        "video_url": "https://example.com/v",
        "thumbnail_url": "https://example.com/t",
    },
    {"type": "section", "text": {"type": "mrkdwn", "text": "x", "verbatim": True}},
    {"type": "header", "text": {"type": "plain_text", "text": "x", "emoji": True}},
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_a_block_within_the_limits_passes(block: Json) -> None:
    assert blocks_problems([block]) == []


BAD: list[tuple[Json, str]] = [
    (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section"}, "must have at least one of: text, fields [json-pointer:/blocks/0]"),
    ({"type": "section", "fields": []}, "must contain at least 1 item [json-pointer:/blocks/0/fields]"),
    (
        {"type": "section", "fields": [mrkdwn("x")] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        {"type": "section", "fields": [mrkdwn("x" * 2001)]},
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    (section(accessory={"type": "plain_text_input"}), "unsupported type: plain_text_input; allowed here: button,"),
    (section(block_id="x" * 256), "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
    (section(color="red"), "no additional property allowed: color [json-pointer:/blocks/0]"),
    (section(expand="yes"), "must be a boolean [json-pointer:/blocks/0/expand]"),
    ({"type": "section", "text": "hello"}, "must be an object [json-pointer:/blocks/0/text]"),
    ({"type": "section", "text": {"text": "hello"}}, "missing required field: type [json-pointer:/blocks/0/text]"),
    (
        {"type": "section", "text": {"type": "markdown", "text": "x"}},
        "unsupported type: markdown [json-pointer:/blocks/0/text/type]",
    ),
    ({"type": "section", "text": {"type": "mrkdwn", "text": 7}}, "must be a string [json-pointer:/blocks/0/text/text]"),
    (
        {"type": "section", "text": {"type": "plain_text", "text": "x", "verbatim": True}},
        "no additional property allowed: verbatim [json-pointer:/blocks/0/text]",
    ),
    ({"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
    ({"type": "divider", "text": plain("x")}, "no additional property allowed: text"),
    ({"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10 items allowed"),
    ({"type": "context", "elements": []}, "must contain at least 1 item"),
    ({"type": "context", "elements": [button()]}, "unsupported type: button [json-pointer:/blocks/0/elements/0/type]"),
    (actions(*(button(f"b{number}") for number in range(26))), "no more than 25 items allowed"),
    (actions(), "must contain at least 1 item [json-pointer:/blocks/0/elements]"),
    (actions(button("a"), button("a")), "action_id a already exists in this block [json-pointer:/blocks/0]"),
    (actions({"type": "plain_text_input"}), "unsupported type: plain_text_input"),
    ({"type": "input", "label": plain("l"), "element": button()}, "unsupported type: button"),
    ({"type": "input", "label": plain("x" * 2001), "element": {"type": "users_select"}}, "must be less than 2001"),
    (text_field(hint=plain("x" * 2001)), "must be less than 2001 characters [json-pointer:/blocks/0/hint/text]"),
    ({"type": "input", "label": mrkdwn("l"), "element": {"type": "users_select"}}, "unsupported type: mrkdwn"),
    ({"type": "input", "label": plain("l")}, "missing required field: element"),
    ({"type": "image", "image_url": "https://example.com/a.png"}, "missing required field: alt_text"),
    ({"type": "image", "alt_text": "a"}, "must have exactly one of: image_url, slack_file"),
    (IMAGE | FILE_IMAGE | {"image_url": IMAGE["image_url"]}, "must have exactly one of: image_url, slack_file"),
    (IMAGE | {"image_url": "ftp://example.com/a"}, "must be a valid http(s) URL [json-pointer:/blocks/0/image_url]"),
    (IMAGE | {"image_url": "https://example.com/" + "x" * 3000}, "must be less than 3001 characters"),
    (IMAGE | {"alt_text": "x" * 2001}, "must be less than 2001 characters"),
    ({"type": "image", "alt_text": "a", "slack_file": {}}, "must have exactly one of: id, url"),
    ({"type": "file", "external_id": "x", "source": "local"}, "must be one of: remote"),
    ({"type": "video", "alt_text": "a", "title": plain("t")}, "missing required field: video_url"),
    ({"type": "call"}, "unsupported type: call [json-pointer:/blocks/0/type]"),
    ({"type": 7}, "unsupported type: 7"),
    ({}, "missing required field: type [json-pointer:/blocks/0]"),
]


@pytest.mark.parametrize(("block", "problem"), BAD, ids=[problem[:50] for _, problem in BAD])
def test_a_block_beyond_a_limit_is_refused_with_its_place(block: Json, problem: str) -> None:
    found = blocks_problems([block])
    assert any(text.startswith(problem) for text in found), found


@pytest.mark.parametrize("blocks", [None, "text", {"type": "divider"}, 7])
def test_blocks_are_a_list(blocks: Any) -> None:
    assert blocks_problems(blocks) == ["must be an array [json-pointer:/blocks]"]


@pytest.mark.parametrize(("count", "good"), [(0, True), (50, True), (51, False)])
def test_a_message_has_fifty_blocks_at_most(count: int, good: bool) -> None:
    assert (blocks_problems([{"type": "divider"}] * count) == []) == good


@pytest.mark.parametrize("surface", ["modal", "home"])
def test_a_view_has_a_hundred(surface: str) -> None:
    assert blocks_problems([{"type": "divider"}] * 100, surface) == []
    assert blocks_problems([{"type": "divider"}] * 101, surface) == [
        "no more than 100 items allowed [json-pointer:/blocks]"
    ]


def test_every_problem_is_told_at_once() -> None:
    found = blocks_problems([section("x" * 3001, color="red"), {"type": "header", "text": mrkdwn("x")}])
    assert len(found) == 3


def test_a_block_id_is_there_once() -> None:
    twice = [section(block_id="a"), {"type": "divider", "block_id": "a"}]
    assert blocks_problems(twice) == ["block_id a already exists [json-pointer:/blocks]"]


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    assert blocks_problems([actions(button("a")), actions(button("a"))]) == []


@pytest.mark.parametrize(
    ("blocks", "characters"),
    [
        ([section("12345")], 5),
        ([{"type": "section", "fields": [mrkdwn("12"), mrkdwn("345")]}], 5),
        ([actions(button())], 2),
        ([rich("12345678")], 8),
        ([section(accessory={"type": "static_select", "options": options("ab")})], 7),
        ([{"type": "data_table", "caption": "c", "rows": [[{"type": "raw_text", "text": "x" * 100}]]}], 0),
    ],
)
def test_the_text_of_a_message_is_counted_where_it_has_no_limit_of_its_own(blocks: Any, characters: int) -> None:
    assert text_in(blocks) == characters
