"""Rules of errors and tables: one tree, drawn as it is; one owner for each table."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.shape.source import Source, dotted

HOME = "bot/errors.py"
BUILT_IN = {
    "Exception",
    "ValueError",
    "RuntimeError",
    "OSError",
    "KeyError",
    "TypeError",
    "LookupError",
    "BaseException",
}
BRANCH = re.compile(r"^(?P<bars>[│ ]*)[├└]── (?P<name>\w+)")
# Our SQL shouts its words, and tables are written small.
TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE(?:\s+IF\s+NOT\s+EXISTS)?)\s+(?P<name>[a-z_][a-z0-9_]*)\b")
NOT_TABLES = {"sqlite_master", "pragma_table_info", "json_each"}


def errors_elsewhere(sources: Sequence[Source]) -> Iterator[str]:
    """An error class outside bot/errors.py. The sandbox stands for another program and has its own."""
    for source in sources:
        if source.path == HOME or source.under("bot/sandbox"):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef) and _is_error(node):
                yield f"{source.path}:{node.lineno} {node.name} belongs in {HOME}"


def _is_error(node: ast.ClassDef) -> bool:
    bases = {dotted(base).rpartition(".")[2] for base in node.bases}
    return bool(bases & BUILT_IN) or any(base.endswith(("Error", "Exception")) for base in bases)


def tree_as_drawn(home: Source) -> dict[str, str]:
    """Child to parent, from the drawing in the module's docstring; the root's parent is Exception."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for line in (ast.get_docstring(home.tree) or "").splitlines():
        branch = BRANCH.match(line)
        if branch:
            level = len(branch["bars"]) // 4 + 1
            parents[branch["name"]] = above[level - 1]
            above[level:] = [branch["name"]]
        elif re.fullmatch(r"\w+Error", line):
            above = [line]
            parents[line] = "Exception"
    return parents


def tree_as_written(home: Source) -> dict[str, str]:
    """Child to parent, from the classes; those that are no errors are left out."""
    classes = [node for node in home.tree.body if isinstance(node, ast.ClassDef) and node.bases]
    found = {node.name: dotted(node.bases[0]) for node in classes}
    return {name: parent for name, parent in found.items() if parent == "Exception" or parent in found}


def tree_differs(home: Source) -> Iterator[str]:
    drawn, written = tree_as_drawn(home).items(), tree_as_written(home).items()
    yield from (f"{name} under {parent} is drawn but not written" for name, parent in sorted(drawn - written))
    yield from (f"{name} under {parent} is written but not drawn" for name, parent in sorted(written - drawn))


def shared_tables(sources: Sequence[Source]) -> Iterator[str]:
    """A table named by the SQL of two modules of bot/state."""
    owners: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        if source.under("bot/state"):
            for table in tables(source):
                owners[table].add(source.path)
    for table, paths in sorted(owners.items()):
        if len(paths) > 1:
            yield f"the table {table} is named in {', '.join(sorted(paths))}; one of them owns it"


def tables(source: Source) -> set[str]:
    """The tables that a module's SQL names."""
    texts = [
        node.value for node in ast.walk(source.tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    docstrings = {
        ast.get_docstring(node, clean=False) for node in ast.walk(source.tree) if isinstance(node, DOCUMENTED)
    }
    found = {name for text in texts if text not in docstrings for name in TABLE.findall(text)}
    return found - NOT_TABLES


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
