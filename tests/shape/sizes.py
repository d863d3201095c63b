"""Rules of size: how long files and functions are, how deep they nest, how much is tested."""

import ast
from collections.abc import Iterator, Sequence
from statistics import median

from tests.shape.source import Function, Source, at, length

LONGEST_FILE = 300
MEDIAN_FILE = 80
LONGEST_HANDLER = 120
LONGEST_FUNCTION = 50
LONG_FUNCTION = 30
LONG_FUNCTIONS = 0.05  # share that may be long
MEDIAN_FUNCTION = 10
DEEPEST = 3
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def long_files(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        most = LONGEST_HANDLER if source.under("handlers") else LONGEST_FILE
        if source.lines > most:
            yield f"{source.path}: {source.lines} lines, at most {most}"


def long_median_file(sources: Sequence[Source]) -> Iterator[str]:
    """Files of a line or two, such as a package's docstring, are not counted."""
    counted = [source.lines for source in sources if source.lines > 4]
    if counted and median(counted) > MEDIAN_FILE:
        yield f"the median file has {median(counted):g} lines, at most {MEDIAN_FILE}"


def long_functions(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        for function in source.functions:
            if length(function) > LONGEST_FUNCTION:
                yield at(source, function, f"{function.name}: {length(function)} lines, at most {LONGEST_FUNCTION}")


def many_long_functions(sources: Sequence[Source]) -> Iterator[str]:
    lengths = [length(function) for source in sources for function in source.functions]
    longer = sum(lines > LONG_FUNCTION for lines in lengths)
    if longer > LONG_FUNCTIONS * len(lengths):
        yield f"{longer} of {len(lengths)} functions have more than {LONG_FUNCTION} lines, at most {LONG_FUNCTIONS:.0%}"


def long_median_function(sources: Sequence[Source]) -> Iterator[str]:
    lengths = [length(function) for source in sources for function in source.functions]
    if lengths and median(lengths) > MEDIAN_FUNCTION:
        yield f"the median function has {median(lengths):g} lines, at most {MEDIAN_FUNCTION}"


def deep_functions(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        for function in source.functions:
            if depth(function) > DEEPEST:
                yield at(source, function, f"{function.name}: nested {depth(function)} deep, at most {DEEPEST}")


def depth(node: ast.AST | Function, level: int = 0) -> int:
    """How many blocks deep the deepest statement stands. An elif is no deeper than its if."""
    deepest = level
    for child in ast.iter_child_nodes(node):
        if isinstance(child, SCOPES):
            continue
        elif_of_this = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deeper = isinstance(child, BLOCKS) and not elif_of_this
        deepest = max(deepest, depth(child, level + deeper))
    return deepest


def untested(code: Sequence[Source], tests: Sequence[Source]) -> Iterator[str]:
    """Not blank lines of both."""
    written, proved = _text_lines(code), _text_lines(tests)
    if proved < written:
        yield f"{proved} lines of tests for {written} lines of code"


def _text_lines(sources: Sequence[Source]) -> int:
    return sum(bool(line.strip()) for source in sources for line in source.text.splitlines())
