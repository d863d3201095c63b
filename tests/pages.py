"""The pages written for people, taken apart: links, headings, examples and the code that they name."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """One fenced block: its language ("" where none is said), its text, and the line it begins at."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def prose_of(page: str) -> str:
    """Without the fenced blocks."""
    return _FENCE.sub("", text_of(page))


def examples(page: str) -> list[Example]:
    text = text_of(page)
    return [
        Example(
            page, text.count("\n", 0, found.start()) + 1, found[2], re.sub(f"^{found[1]}", "", found[3], flags=re.M)
        )
        for found in _FENCE.finditer(text)
    ]


def links(page: str) -> list[str]:
    """Those that stay in the project, with their anchors."""
    return re.findall(r"\]\((?!https?://)([^)]+)\)", prose_of(page))


def anchors(page: str) -> set[str]:
    """What GitHub makes of the headings: small letters, spaces as hyphens, no other signs."""
    heads = re.findall(r"^#+ (.+)$", prose_of(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def code(page: str) -> list[str]:
    """What stands in backticks within a text, each on one line, and the lines of fenced blocks."""
    spans = [re.sub(r"\s+", " ", span) for span in re.findall(r"`([^`]+)`", prose_of(page))]
    return spans + [line for example in examples(page) for line in example.text.splitlines()]
