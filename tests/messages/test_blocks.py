from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.messages import blocks, limits


def parsed(block: dict[str, Any]) -> dict[str, Any]:
    """The block after Slack's own models have read and checked it."""
    read = Block.parse(block)
    assert read is not None
    return read.to_dict()


@pytest.mark.parametrize(
    ("text", "limit", "said"),
    [
        ("short", 10, "short"),
        ("x" * 10, 10, "x" * 10),
        ("x" * 1300, 100, "x" * 77 + "… 1,223 more characters"),
        ("x" * 30, 5, "xxxxx"),
        ("a" * 70 + "<@U024BE7LH>" + "b" * 50, 100, "a" * 70 + "… 62 more characters"),
        ("<" + "a" * 800, 700, "<" + "a" * 678 + "… 122 more characters"),
        ("a" * 70 + "&amp;" + "b" * 60, 95, "a" * 70 + "… 65 more characters"),
        ("a & b " + "c" * 100, 80, "a & b " + "c" * 53 + "… 47 more characters"),
    ],
)
def test_a_cut_text_says_how_much_is_gone_and_halves_no_mention(text: str, limit: int, said: str) -> None:
    assert blocks.cut(text, limit) == said


@given(st.text(alphabet="ab<>@&;| \n", max_size=300), st.integers(min_value=1, max_value=200))
def test_a_cut_text_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(blocks.cut(text, limit)) <= limit


@pytest.mark.parametrize(
    ("text", "limit", "said"),
    [
        ("one\ntwo", 10, "one\ntwo"),
        ("1st " * 9 + "\nsecond\nthird", 38, "… 37 characters before\nsecond\nthird"),
        ("1st line is here\n2nd line is here", 31, "… 25 characters before\n is here"),
        ("x" * 60, 40, "… 43 characters before\n" + "x" * 17),
    ],
)
def test_a_tail_keeps_the_end_from_the_beginning_of_a_line(text: str, limit: int, said: str) -> None:
    assert blocks.tail(text, limit) == said


def test_a_section_holds_text_fields_and_an_accessory() -> None:
    made = blocks.section("*Deploy 41*", blocks.button("Abort", "deploy.abort"), ["a", "b"])
    assert made["text"] == {"type": "mrkdwn", "text": "*Deploy 41*"}
    assert [field["text"] for field in made["fields"]] == ["a", "b"]
    assert made["accessory"]["action_id"] == "deploy.abort"
    assert parsed(made) == made


def test_a_section_may_be_fields_alone_and_counts_those_beyond_ten() -> None:
    made = blocks.section("", fields=[str(number) for number in range(14)])
    assert "text" not in made
    assert [field["text"] for field in made["fields"]] == [*map(str, range(9)), "… 5 more"]


@pytest.mark.parametrize(
    "made",
    [
        blocks.section(""),
        blocks.section("x" * 5000),
        blocks.section("t", fields=["y" * 3000] * 12),
        blocks.context(),
        blocks.context(*(["part" * 1000] * 15)),
        blocks.header(""),
        blocks.header("x" * 400),
        blocks.divider(),
        blocks.code(""),
        blocks.code("<line>\n" * 2000),
        blocks.actions(blocks.button("x" * 100, "a", confirm=blocks.confirm("t" * 200, "w" * 400, "o" * 40, "danger"))),
        blocks.plan("p" * 300, [blocks.task(str(n), "t" * 300, "pending", "d" * 2000) for n in range(80)]),
        blocks.table(["h"] * 30, [["c" * 400] * 30] * 200),
    ],
    ids=lambda made: made["type"],
)
def test_whatever_goes_in_what_comes_out_is_inside_slacks_limits(made: dict[str, Any]) -> None:
    assert parsed(made) == made
    for text in texts(made):
        assert 0 < len(text) <= limits.SECTION


def texts(part: Any) -> list[str]:
    """Every text object's text."""
    if isinstance(part, list):
        return list(chain.from_iterable(map(texts, part)))
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    return own + list(chain.from_iterable(map(texts, part.values())))


def test_a_button_asks_before_it_acts() -> None:
    asks = blocks.confirm("Roll back shop?", "4 hosts go back to 1.4.1.", "Roll back", "danger")
    made = blocks.button("Roll back to 1.4.1", "incident.rollback", "7", "danger", asks)
    assert made["confirm"]["text"] == {"type": "mrkdwn", "text": "4 hosts go back to 1.4.1."}
    assert made["confirm"]["deny"]["text"] == "Cancel"
    assert (made["value"], made["style"], made["text"]["type"]) == ("7", "danger", "plain_text")


@pytest.mark.parametrize(
    "given", [{"value": "v" * 2001}, {"action_id": "a" * 256}, {"url": "https://x.example/" + "p" * 3000}]
)
def test_a_buttons_value_is_refused_rather_than_cut(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at most"):
        blocks.button("Go", **{"action_id": "a", **given})


def test_more_buttons_than_a_row_takes_are_refused_rather_than_lost() -> None:
    with pytest.raises(ValueError, match="25 buttons"):
        blocks.actions(*[blocks.button("Go", f"a{number}") for number in range(26)])


def test_code_keeps_the_last_lines_and_cannot_be_closed_from_inside() -> None:
    made = blocks.code("\n".join(f"line {number} ``` <b>" for number in range(1000)))["text"]["text"]
    assert made.count("```") == 2
    assert made.endswith("line 999 ''' &lt;b&gt;\n```")
    assert made.startswith("```\n… ")
    assert "characters before\nline " in made
    assert len(made) <= limits.SECTION
