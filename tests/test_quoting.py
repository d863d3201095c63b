import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quoting import FIRST_LINE, clean, first_line


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"", ""),
        (b"\n\n  \t\nfirst\nsecond", "first"),
        (b"caf\xc3\xa9 \xff", "café �"),
        (b"\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("right \u202eto left".encode(), "right to left"),
        (b"<html><head><title lang=en>\n Gateway\n Timeout </title>", "Gateway Timeout"),
        (b"<p>no title</p>", "<p>no title</p>"),
        (b"x" * 500, "x" * (FIRST_LINE - 1) + "…"),
    ],
)
def test_the_first_line_of_a_body_is_one_that_says_something(body: bytes, line: str) -> None:
    assert first_line(body) == line


@given(st.text())
def test_a_cleaned_line_is_one_short_line(text: str) -> None:
    line = clean(text)
    assert len(line) <= FIRST_LINE
    assert len(line.splitlines()) <= 1
    assert all(character == " " or character.isprintable() or ord(character) > 0x9F for character in line)


@given(st.text(st.characters()))
def test_a_cleaned_line_can_be_written_down(text: str) -> None:
    """Half of a surrogate pair, which JSON can name, would be refused by the database, with all of its sweep."""
    assert clean(text).encode() is not None
    assert clean(f"a{text}b\ud800").encode().startswith(b"a")
