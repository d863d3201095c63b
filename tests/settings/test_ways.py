"""NOTIFY_URLS: read entry by entry, and never shown."""

from pathlib import Path

import pytest

from bot.settings.ways import Way
from bot.settings.words import entries
from tests.settings.test_load import load, only_problem

MAIL = "mailtos://bot:pass%40word1@mail.example.com?to=a@example.org,b@example.org"
PUSH = "ntfys://Zm9vYmFyYmF6MTIz@ntfy.example.com/alerts"


def ways(text: str) -> tuple[Way, ...]:
    return load(NOTIFY_URLS=text).ways


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (MAIL, [("mailtos", set())]),
        (f"page={MAIL} {PUSH}", [("mailtos", {"page"}), ("ntfys", set())]),
        (f"page,leads={MAIL}\n\n  warn={MAIL}\n", [("mailtos", {"page", "leads"}), ("mailtos-2", {"warn"})]),
        (f"# who is called at night\npage={PUSH}\n#{MAIL}", [("ntfys", {"page"})]),
        (f"{MAIL}&from=x=y", [("mailtos", set())]),
    ],
)
def test_each_entry_is_a_way_with_its_words(text: str, found: list[tuple[str, set[str]]]) -> None:
    assert [(way.name, set(way.words)) for way in ways(text)] == found


def test_an_address_is_taken_as_it_stands() -> None:
    assert [way.url.get_secret_value() for way in ways(f"page={MAIL} {PUSH}")] == [MAIL, PUSH]


def test_nothing_set_is_no_way() -> None:
    assert load().ways == ()
    assert entries("") == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("oncall@example.org", "entry 1 is not an address"),
        (f"{MAIL} page=", "entry 2 is not an address"),
        (f"Page={MAIL}", "entry 1 begins with what is no word"),
        (f"page,={MAIL}", "entry 1 begins with what is no word"),
    ],
)
def test_what_is_no_way_is_refused_by_its_number_and_not_shown(text: str, what: str) -> None:
    problem = only_problem(NOTIFY_URLS=text)
    assert (problem.path, problem.value) == ("NOTIFY_URLS", "")
    assert problem.what.startswith(what)
    assert "word1" not in str(problem)


def test_neither_passwords_nor_tokens_are_printed_or_logged() -> None:
    settings = load(NOTIFY_URLS=f"page={MAIL} {PUSH}")
    assert "word1" not in repr(settings) + repr(settings.ways)
    hidden = settings.secrets()
    assert {MAIL, PUSH, "pass%40word1", "pass@word1", "Zm9vYmFyYmF6MTIz"} <= set(hidden)
    assert not {"example.com", "mail.example.com", "ntfy.example.com", "alerts"} & set(hidden)


def test_a_file_may_hold_one_way_a_line(tmp_path: Path) -> None:
    file = tmp_path / "ways"
    file.write_text(f"# pages\npage={MAIL}\n\n{PUSH}\n")
    assert [way.name for way in load(NOTIFY_URLS_FILE=str(file)).ways] == ["mailtos", "ntfys"]
