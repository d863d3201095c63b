"""A Python file as the rules see it, and what they say of it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """`path` as the project names it (`bot/plan/deploy.py`)."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    def under(self, *folders: str) -> bool:
        """Whether it is one of these files or in one of these folders."""
        return any(self.path == folder or self.path.startswith(f"{folder.rstrip('/')}/") for folder in folders)


def sources(root: Path, *folders: str) -> list[Source]:
    """Every Python file of these folders, in order."""
    found = [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]
    return [Source(str(path.relative_to(root)), path.read_text("utf-8")) for path in found]


def length(function: Function) -> int:
    """Lines from `def` to the last line: what one reads as the function."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def at(source: Source, node: ast.AST, words: str) -> str:
    return f"{source.path}:{getattr(node, 'lineno', 0)} {words}"


def dotted(node: ast.AST) -> str:
    """`datetime.now` for the expression of that name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def imported(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Every import statement with the full name of what it brings: `os`, `os.environ`, `bot.state`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module or ''}.{alias.name}") for alias in node.names)
