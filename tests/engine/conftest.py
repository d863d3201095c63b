"""A deploy engine for the tests that want one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.asking import careful
from tests.engine.line import Line, line_on


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """Four hosts, nothing deployed yet, everybody may."""
    with line_on(tmp_path) as made:
        yield made


@pytest.fixture
def standing(line: Line) -> Line:
    """The same with 1.4.1 on every host."""
    line.deploy("1.4.1")
    assert line.runs() == ["1.4.1"] * 4
    return line


@pytest.fixture
def asking(standing: Line) -> Line:
    """The same, and from now on production wants a confirming click."""
    standing.fleet = careful()
    return standing
