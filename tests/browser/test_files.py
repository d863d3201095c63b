"""The page's files: small, self-contained, and free of ways to turn text into markup."""

import re
from pathlib import Path

import pytest

from bot.sandbox.slack.page_feed import PAGE

FILES = sorted(path for path in PAGE.rglob("*") if path.suffix in (".js", ".css", ".html", ".svg"))
SCRIPTS = [path for path in FILES if path.suffix == ".js"]


def place(path: Path) -> str:
    return path.relative_to(PAGE).as_posix()


NAMESPACE = "http://www.w3.org/2000/svg"
RISKY = re.compile(
    r"\.(innerHTML|outerHTML|srcdoc)\b|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser"
)
IMPORT = re.compile(r"""(?:from|import)\s+["']([^"']+)["']""")


@pytest.mark.parametrize("path", FILES, ids=place)
def test_a_file_is_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) < 300


@pytest.mark.parametrize("path", FILES, ids=place)
def test_a_file_names_no_other_server(path: Path) -> None:
    text = path.read_text().replace(NAMESPACE, "")
    assert re.findall(r"(?:https?|wss?):?//[a-z0-9]", text) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=place)
def test_a_script_never_turns_text_into_markup(path: Path) -> None:
    assert RISKY.findall(path.read_text()) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=place)
def test_what_a_script_imports_is_there(path: Path) -> None:
    for name in IMPORT.findall(path.read_text()):
        assert (path.parent / name).is_file(), f"{path.name} imports {name}"


def test_every_script_and_style_is_used() -> None:
    index = (PAGE / "index.html").read_text()
    imported = {(path.parent / name).resolve() for path in SCRIPTS for name in IMPORT.findall(path.read_text())}
    linked = {(PAGE / name).resolve() for name in re.findall(r"/page/static/([\w./]+)", index)}
    assert {path.resolve() for path in FILES if path.name != "index.html"} == imported | linked


def test_the_page_says_that_it_is_not_slack() -> None:
    assert "Not Slack: a sandbox" in (PAGE / "js" / "channel.js").read_text()
    assert "stand-in for Slack" in (PAGE / "js" / "sidebar.js").read_text()
