"""Text without the secrets that are known, whole, in part and in disguise."""

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.secrecy import MASK, SHORTEST, Secrets, shortened, without

TOKEN = "s3cr3t-of-the-shop"


@pytest.mark.parametrize(
    ("values", "text", "kept"),
    [
        ([TOKEN], f"answered 401: token {TOKEN} has expired", "answered 401: token *** has expired"),
        ([TOKEN], f"{TOKEN}{TOKEN}", "******"),
        ([TOKEN], "answered 401", "answered 401"),
        (["123456"], "code 123456", "code ***"),
        (["12345"], "code 12345", "code 12345"),  # too short
        ([""], "", ""),
        (["shop-token", "shop-token-of-ana"], "shop-token-of-ana shop-token", "*** ***"),
        ([f" {TOKEN}\n"], f"it was {TOKEN}.", "it was ***."),
        (["first line\nsecond line"], "said: second line", "said: ***"),
        (['quo"ted-value'], r'{"token": "quo\"ted-value"}', '{"token": "***"}'),
        (["a b&c/d=e+f"], "?token=a%20b%26c%2Fd%3De%2Bf", "?token=***"),
        (["fish&chips<1>"], "<p>fish&amp;chips&lt;1&gt;</p>", "<p>***</p>"),
        (["first\nsecond"], r"line: first\nsecond", "line: ***"),  # as JSON writes its line ends
    ],
)
def test_a_known_secret_is_hidden_in_whichever_form(values: list[str], text: str, kept: str) -> None:
    assert Secrets(values).hidden(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("token s3cr3t-of…", "token ***…"),
        ("token s3cr3t…", "token ***…"),
        ("token s3cr3…", "token s3cr3…"),  # less than is told of any
        ("token s3cr3t s3cr3t-o…", "token s3cr3t ***…"),
        ("…of-the-shop is wrong", "…*** is wrong"),
        ("…the-shop is wrong", "…*** is wrong"),
        ("…a shop is wrong", "…a shop is wrong"),
        ("token s3cr3t", "token s3cr3t"),  # nothing was cut
        ("…", "…"),
        ("", ""),
    ],
)
def test_what_was_cut_in_the_middle_of_a_secret_tells_no_part_of_it(text: str, kept: str) -> None:
    assert Secrets([TOKEN]).hidden(text) == kept


def test_a_secret_that_begins_with_its_own_beginning_is_hidden_from_its_first_character() -> None:
    assert Secrets(["abcabcabcabcabcabc"]).hidden("it was abcabcabcabc…") == "it was ***…"
    assert Secrets(["abcabcabcabcabcabc"]).hidden("…abcabcabcabc was it") == "…*** was it"


def test_it_learns_while_it_is_used() -> None:
    known = Secrets()
    assert known.hidden(TOKEN) == TOKEN
    known.learn(TOKEN)
    known.learn("another-one")
    assert known.hidden(f"{TOKEN} another-one") == "*** ***"


def test_learning_from_many_threads_forgets_nothing() -> None:
    known, values = Secrets(), [f"secret-number-{number}-" for number in range(200)]

    def learn(some: list[str]) -> None:
        for one in some:
            known.learn(one)

    threads = [threading.Thread(target=learn, args=(values[at::8],)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [value for value in values if value in known.hidden(" ".join(values))]


PRINTABLE = st.characters(codec="ascii", min_codepoint=33, exclude_characters=MASK)


@given(st.text(PRINTABLE, min_size=SHORTEST), st.text(), st.text())
def test_no_secret_is_left_wherever_it_stands(secret: str, before: str, after: str) -> None:
    kept = Secrets([secret]).hidden(f"{before}{secret}{after}")
    assert MASK in kept
    assert secret not in kept


@given(st.text(PRINTABLE, min_size=SHORTEST), st.data())
def test_of_a_secret_that_was_cut_at_either_end_nothing_long_is_left(secret: str, data: st.DataObject) -> None:
    size = data.draw(st.integers(SHORTEST, len(secret)))
    assert Secrets([secret]).hidden(f"it was {secret[:size]}…") == f"it was {MASK}…"
    assert Secrets([secret]).hidden(f"…{secret[-size:]} it was") == f"…{MASK} it was"


def test_a_text_without_any_is_the_very_same() -> None:
    text = "answered 503 in 41 ms: service unavailable"
    assert Secrets([TOKEN]).hidden(text) is text


class Word(StrEnum):
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Said:
    name: str
    words: Any = ""
    made: str = field(default=TOKEN, init=False)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (TOKEN, "***"),
        ([TOKEN, 1], ["***", 1]),
        ((TOKEN,), ("***",)),
        ({TOKEN}, {"***"}),
        (frozenset({TOKEN}), frozenset({"***"})),
        ({TOKEN: {"a": TOKEN}}, {"***": {"a": "***"}}),
        ([Said(TOKEN, (Said(TOKEN),))], [Said("***", (Said("***"),))]),
    ],
)
def test_every_text_is_found_however_deep_it_stands(value: Any, told: Any) -> None:
    assert without(value, Secrets([TOKEN]).hidden) == told


def test_with_names_of_fields_only_these_are_looked_at_and_all_that_they_hold() -> None:
    value = [TOKEN, Said(TOKEN, [TOKEN, Said(TOKEN, TOKEN)]), {"a": Said(TOKEN, TOKEN)}]
    told = [TOKEN, Said(TOKEN, ["***", Said("***", "***")]), {"a": Said(TOKEN, "***")}]
    assert without(value, Secrets([TOKEN]).hidden, {"words"}) == told


@pytest.mark.parametrize("value", [None, 1, b"bytes", Word.GOOD, "text", ["a…"], {"a": Said("a", "b")}, Said, {1}, 1.5])
def test_what_has_nothing_to_hide_is_the_very_same(value: Any) -> None:
    assert without(value, Secrets([TOKEN]).hidden) is value


@pytest.mark.parametrize(("text", "most", "kept"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("", 3, "")])
def test_what_is_cut_off_is_marked(text: str, most: int, kept: str) -> None:
    assert shortened(text, most) == kept


@given(st.integers(0, 60), st.integers(10, 80))
def test_no_half_of_a_secret_is_left_where_a_text_was_cut(before: int, most: int) -> None:
    cut = shortened("x" * before + TOKEN + "y" * 60, most)
    assert TOKEN[:SHORTEST] not in Secrets([TOKEN]).hidden(cut)
