"""Answers of hosts, read and put into words: no host is needed for these."""

from datetime import timedelta

import pytest

from bot.backends.ssh import words
from bot.backends.ssh.commands.text import MARK
from bot.backends.ssh.connecting import spoken
from bot.backends.ssh.report import Lines, Report, cleaned, read, shortened

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("", None),
        ("Welcome!\n", None),
        (f"\n{MARK}\n", Report()),
        (f"Welcome!\ncurrent fake\n\n{MARK}\ncurrent {SHA}\n", Report({"current": [SHA]})),
        (f"\n{MARK}\nrelease a\nrelease b\n", Report({"release": ["a", "b"]})),
        (f"\n{MARK}\nexit 124 timeout\ntail\nlast words\n", Report({"exit": ["124 timeout"]}, "last words")),
        (f"\n{MARK}\nexit 1\ntail\nexit 0\ntail\nmore\n", Report({"exit": ["1"]}, "exit 0\ntail\nmore")),
        (f"\n{MARK}\ntail\n", Report()),
        (f"\n{MARK}\nrefused a \x1b[31mred\x07 word\n", Report({"refused": ["a red word"]})),
        (
            f"\n{MARK}\nexit 1\ntail\nfatal: https://ana:t0ken@x.example/y\n",
            Report({"exit": ["1"]}, "fatal: https://***@x.example/y"),
        ),
    ],
)
def test_an_answer_is_read_from_its_mark_on(text: str, report: Report | None) -> None:
    assert read(text) == report


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("plain\ttext", "plain\ttext"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("10%\r50%\r100%", "100%"),
        ("dos\r\nlines\r\n", "dos\nlines\n"),
        ("bell\x07 null\x00 c1\x9b", "bell null c1"),
        ("\u202eevil\u2066", "evil"),
        ("ünïcode ✓", "ünïcode ✓"),
    ],
)
def test_output_is_cleaned(raw: str, clean: str) -> None:
    assert cleaned(raw) == clean


def test_output_is_shortened_from_its_beginning() -> None:
    assert shortened("\n".join(map(str, range(100))), lines=3) == "97\n98\n99"
    assert shortened("x" * 50 + "end", chars=10) == "…xxxxxxend"
    assert shortened("\n\nwords\n\n") == "words"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.3, "0.3 s"),
        (1, "1 s"),
        (90, "90 s"),
        (60, "1 min"),
        (300, "5 min"),
        (3600, "1 h"),
        (5400, "90 min"),
        (7200, "2 h"),
    ],
)
def test_durations_are_spelled_as_people_say_them(seconds: float, said: str) -> None:
    assert words.spell(timedelta(seconds=seconds)) == said


FINE = {"user": ["deploy"], "nearest": ["./shop"], "writable": ["yes"], "free": ["1048576"]}


@pytest.mark.parametrize(
    ("also", "without", "trouble"),
    [
        ({}, "", ""),
        ({"missing": ["git", "flock"]}, "", "lacks git, flock (package util-linux): install it there"),
        ({"blocked": ["path"]}, "", "shop is no directory: move it away"),
        ({"blocked": ["current"]}, "", "shop/current is a directory, not a link: move it away"),
        ({}, "writable", "deploy may not write to shop: give that login the right to"),
        ({"nearest": ["."]}, "writable", "deploy may not write to its home directory: give that login the right to"),
        ({"nearest": ["/srv"]}, "writable", "deploy may not write to /srv: give that login the right to"),
        ({"unwritable": ["releases"]}, "", "deploy may not write to shop/releases: it belongs to somebody else"),
        ({"free": ["2048"]}, "", "only 2 MB free on the disk of shop, 100 MB are needed: make room"),
    ],
)
def test_what_stands_in_the_way_is_told_with_the_way_out(
    also: dict[str, list[str]], without: str, trouble: str
) -> None:
    fields = {name: values for name, values in (FINE | also).items() if name != without}
    facts = words.facts("web1", "shop", 100 * 2**20, Report(fields))
    assert (facts.host, facts.reachable, facts.user, facts.trouble) == ("web1", True, "deploy", trouble)


@pytest.mark.parametrize(("link", "current"), [(SHA, SHA), ("20260101", None), ("", None), (SHA.upper(), None)])
def test_only_releases_of_ours_are_told_as_current_or_complete(link: str, current: str | None) -> None:
    facts = words.facts("web1", "shop", 0, Report(FINE | {"current": [link], "release": [link, "*"]}))
    assert (facts.current, facts.releases) == (current, frozenset({current} if current else set()))
    assert facts.disk_free == 2**30


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError(), "no answer in time"),
        (EOFError(), "the host closed the connection"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (OSError("odd"), "odd"),
        (ValueError(), "ValueError"),
    ],
)
def test_an_error_always_has_words(error: Exception, said: str) -> None:
    assert spoken(error) == said


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_lines_are_passed_on_whole_from_the_mark_to_the_tail(size: int) -> None:
    said: list[str] = []
    lines, text = Lines(said.append), f"Welcome\nstep no\n{MARK}\nstep fetch\n\nexit 1\ntail\nstep no\n".encode()
    for at in range(0, len(text), size):
        lines.feed(text[at : at + size])
    assert said == ["step fetch", "", "exit 1"]


def test_a_line_that_is_not_whole_is_not_passed_on() -> None:
    said: list[str] = []
    Lines(said.append).feed(f"{MARK}\nstep fetch\nstep unp".encode())
    assert said == ["step fetch"]
