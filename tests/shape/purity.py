"""Rules of place: what may be read, raised, imported or caught only in some folders."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from tests.shape.source import Source, at, dotted, imported

PURE = (
    "bot/model.py",
    "bot/records.py",
    "bot/showing.py",
    "bot/scaling.py",
    "bot/trail.py",
    "bot/doubts.py",
    "bot/preview.py",
    "bot/proposals.py",
    "bot/holds.py",
    "bot/ci.py",
    "bot/aftercare.py",
    "bot/halt.py",
    "bot/evidence.py",
    "bot/archive.py",
    "bot/letters.py",
    "bot/reports.py",
    "bot/offers.py",
    "bot/grammar.py",
    "bot/grammar",
    "bot/plan",
    "bot/messages",
    "bot/manifest.py",
)
CLOCKS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|sleep))$"
)
CLOCK_IMPORT = re.compile(r"^time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|sleep)$")
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|(CREATE|DROP|ALTER)\s+(TABLE|INDEX)"
    r"|CREATE\s+UNIQUE\s+INDEX|PRAGMA\s+\w+)\b",
    re.DOTALL,
)
ENVIRONMENT = re.compile(r"^os\.(environ|getenv|putenv|environb)")
VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common|stuff)$")
BROAD = {"Exception", "BaseException", ""}


def clocks_in_pure_modules(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        if not source.under(*PURE):
            continue
        for statement, name in imported(source.tree):
            if CLOCK_IMPORT.match(name):
                yield at(source, statement, f"imports {name}; `now` is an argument here")
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and CLOCKS.search(dotted(node.func)):
                yield at(source, node, f"calls {dotted(node.func)}; `now` is an argument here")


def sql_outside_state(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        if source.under("bot/state", "bot/sandbox"):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
                yield at(source, node, "SQL belongs in bot/state")


def environment_outside_settings(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        if source.under("bot/settings", "bot/settings.py", "bot/sandbox"):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and ENVIRONMENT.match(dotted(node)):
                yield at(source, node, f"{dotted(node)} is read in bot/settings only")
        for statement, name in imported(source.tree):
            if ENVIRONMENT.match(name):
                yield at(source, statement, f"{name} is read in bot/settings only")


def late_imports(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        for function in source.functions:
            for node, name in imported(function):
                yield at(source, node, f"imports {name} inside {function.name}")


def silent_broad_excepts(sources: Sequence[Source]) -> Iterator[str]:
    """`except Exception` only where the traceback is logged or the error goes on up."""
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not _is_told(node):
                yield at(source, node, "a broad except without log.exception")


def _is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any((dotted(kind).rpartition(".")[2] if kind else "") in BROAD for kind in kinds)


def _is_told(handler: ast.ExceptHandler) -> bool:
    for node in (inner for statement in handler.body for inner in ast.walk(statement)):
        if isinstance(node, ast.Raise) and node.exc is None:
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "exception":
            return True
    return False


def vague_names(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        for part in PurePath(source.path).with_suffix("").parts:
            if VAGUE.search(part):
                yield f"{source.path}: {part} says nothing of what is in it"


def repeated_keys(sources: Sequence[Source]) -> Iterator[str]:
    """Of two alike the later one wins in silence: what two changes that met leave behind."""
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Dict):
                keys = [(key, ast.dump(key)) for key in node.keys if key]
                for place, (key, text) in enumerate(keys):
                    if text in [other for _, other in keys[:place]]:
                        yield at(source, key, f"{ast.unparse(key)} stands twice in one dictionary")
