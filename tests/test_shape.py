"""The house rules, applied to the house. Each rule is shown able to fail in tests/shape."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.shape import errors, purity, sizes, wording
from tests.shape.source import Source, sources

ROOT = Path(__file__).parent.parent
# The shop is the demo's application, not the bot: it is held to the rules of size all the same.
CODE = sources(ROOT, "bot", "handlers", "jobs")
TESTS = sources(ROOT, "tests")
Rule = Callable[[Sequence[Source]], Iterator[str]]

FOR_CODE: list[Rule] = [
    sizes.long_files,
    sizes.long_median_file,
    sizes.long_functions,
    sizes.many_long_functions,
    sizes.long_median_function,
    sizes.deep_functions,
    purity.clocks_in_pure_modules,
    purity.sql_outside_state,
    purity.environment_outside_settings,
    purity.late_imports,
    purity.silent_broad_excepts,
    purity.vague_names,
    purity.repeated_keys,
    wording.bare_plurals,
    wording.plurals_by_hand,
    wording.careless_sentences,
    errors.errors_elsewhere,
    errors.shared_tables,
]
FOR_TESTS: list[Rule] = [sizes.long_files, sizes.long_functions, purity.late_imports, purity.vague_names]


def named(rule: Rule) -> str:
    return rule.__name__


@pytest.mark.parametrize("rule", FOR_CODE, ids=named)
def test_the_code_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(CODE)) == []


@pytest.mark.parametrize("rule", FOR_TESTS, ids=named)
def test_the_tests_keep_the_rule(rule: Rule) -> None:
    assert list(rule(TESTS)) == []


def test_there_are_at_least_as_many_lines_of_tests_as_of_code() -> None:
    counted = [source for source in CODE if not source.under("bot/sandbox/shop", "bot/sandbox/page")]
    assert list(sizes.untested(counted, TESTS)) == []


def test_the_error_tree_is_drawn_as_it_is_written() -> None:
    (home,) = [source for source in CODE if source.path == errors.HOME]
    assert errors.tree_as_written(home)["HostError"] == "PointsmanError"
    assert list(errors.tree_differs(home)) == []
