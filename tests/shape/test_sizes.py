"""Each rule of size, able to fail."""

import pytest

from tests.shape import sizes
from tests.shape.source import Source


def code(text: str, path: str = "bot/plan/sample.py") -> Source:
    return Source(path, text)


def function(lines: int, name: str = "f") -> str:
    return f"def {name}() -> None:\n" + "    pass\n" * (lines - 1)


def test_a_file_may_have_300_lines_and_no_more() -> None:
    assert list(sizes.long_files([code("\n" * 300)])) == []
    assert list(sizes.long_files([code("\n" * 301)])) == ["bot/plan/sample.py: 301 lines, at most 300"]


def test_a_handler_may_have_120_lines_and_no_more() -> None:
    assert list(sizes.long_files([code("\n" * 120, "handlers/deploy.py")])) == []
    assert list(sizes.long_files([code("\n" * 121, "handlers/deploy.py")])) == [
        "handlers/deploy.py: 121 lines, at most 120"
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([80, 80, 300], []),
        ([81, 81, 300], ["the median file has 81 lines, at most 80"]),
        ([1, 2, 1, 2, 90], 1),
        ([], []),
    ],
)
def test_the_median_file_leaves_out_empty_packages(lines: list[int], said: object) -> None:
    found = list(sizes.long_median_file([code("\n" * count) for count in lines]))
    assert (len(found) if isinstance(said, int) else found) == said


def test_a_function_may_have_50_lines_and_no_more() -> None:
    assert list(sizes.long_functions([code(function(50))])) == []
    assert list(sizes.long_functions([code(function(51))])) == ["bot/plan/sample.py:1 f: 51 lines, at most 50"]


def test_a_method_and_a_coroutine_are_functions_too() -> None:
    text = "class A:\n    async def f(self) -> None:\n" + "        pass\n" * 50
    assert list(sizes.long_functions([code(text)])) == ["bot/plan/sample.py:2 f: 51 lines, at most 50"]


@pytest.mark.parametrize(("long", "short", "told"), [(1, 19, False), (2, 19, True), (1, 0, True), (0, 0, False)])
def test_one_function_in_twenty_may_be_long(long: int, short: int, told: bool) -> None:
    found = list(sizes.many_long_functions([code(function(31) * long + function(5) * short)]))
    assert bool(found) is told


@pytest.mark.parametrize(("lines", "told"), [([10, 10, 40], False), ([11, 11, 2], True), ([], False)])
def test_the_median_function_is_short(lines: list[int], told: bool) -> None:
    found = list(sizes.long_median_function([code("".join(function(count) for count in lines))]))
    assert bool(found) is told


THREE_DEEP = """
def f(rows):
    for row in rows:
        if row:
            with row:
                pass
"""
FOUR_DEEP = THREE_DEEP.replace("pass", "while row: pass")
ELIFS = """
def f(x):
    if x == 1:
        pass
    elif x == 2:
        pass
    elif x == 3:
        pass
    elif x == 4:
        pass
"""
INNER = """
def f():
    if 1:
        if 2:
            if 3:
                def g():
                    if 4: pass
"""


@pytest.mark.parametrize(("text", "told"), [(THREE_DEEP, False), (FOUR_DEEP, True), (ELIFS, False), (INNER, False)])
def test_nesting_ends_at_three(text: str, told: bool) -> None:
    found = list(sizes.deep_functions([code(text)]))
    assert found == (["bot/plan/sample.py:2 f: nested 4 deep, at most 3"] if told else [])


def test_tests_have_at_least_the_lines_of_the_code() -> None:
    three, two = code("a = 1\n\nb = 2\nc = 3\n"), code("a = 1\n\n\n\n\nb = 2\n")
    assert list(sizes.untested([three], [three])) == []
    assert list(sizes.untested([three], [two])) == ["2 lines of tests for 3 lines of code"]
