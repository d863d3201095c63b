"""Rules of the words that people read: one host is not "1 hosts", and a sentence has one period and one space."""

import ast
import re
from collections.abc import Iterator, Sequence

from tests.shape.source import Source, at

COUNTED = re.compile(
    r"^ (?:more |other )?(?:approvals|checks|commits|connections|days|deploys|entries|environments|errors|graphs|hosts"
    r"|hours|incidents|instances|intervals|locks|machines|messages|metrics|minutes|people|points|problems|requests"
    r"|resources|results|rows|seconds|services(?! and)|tasks|times|warm hosts)\b"
)
CARELESS = re.compile(r"(?<=[a-z,;.:]) {2,}(?=\S)|(?<=[a-z`])[ ][.,;](?= |$)|(?<!\.)\.\.(?![./])")


def bare_plurals(sources: Sequence[Source]) -> Iterator[str]:
    """A number that is not known before, and a plural behind it: `count(number, "host")` says both."""
    for source in sources:
        if source.under("bot/sandbox"):
            continue
        for text in (node for node in ast.walk(source.tree) if isinstance(node, ast.JoinedStr)):
            for number, words in zip(text.values, text.values[1:], strict=False):
                if (
                    isinstance(number, ast.FormattedValue)
                    and not _constant(number.value)
                    and COUNTED.match(_said(words))
                ):
                    yield at(source, text, f"`{ast.unparse(number.value)}{_said(words)[:20]}` may be one: use count")


def plurals_by_hand(sources: Sequence[Source]) -> Iterator[str]:
    """`{'' if number == 1 else 's'}` where count would say it."""
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.IfExp) and {_said(node.body), _said(node.orelse)} == {"", "s"}:
                yield at(source, node, "a plural made by hand: use count")


def careless_sentences(sources: Sequence[Source]) -> Iterator[str]:
    """Two spaces in a row, a space before a comma, two periods: in the texts of messages."""
    for source in sources:
        if not source.under("bot/messages", "handlers"):
            continue
        for node in ast.walk(source.tree):
            if found := CARELESS.search(_said(node)):
                yield at(source, node, f"{found.string[max(found.start() - 20, 0) : found.end() + 10]!r}")


def _said(node: ast.AST) -> str:
    """The text of a constant; `-` for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "-"


def _constant(node: ast.expr) -> bool:
    """Whether it is made of constants alone, `MOST` or `limits.POINTS`: those are known to be many."""
    names = re.findall(r"[A-Za-z_][\w.]*", ast.unparse(node))
    return bool(names) and all(any(part.isupper() for part in name.split(".")) for name in names)
