"""The rules of the error tree and of tables, able to fail."""

import pytest

from tests.shape import errors
from tests.shape.source import Source

DRAWN = '''"""The error tree.

BaseTestError
├── ConfigError      words
│   ├── Deep         more words
│   └── Deeper
└── HostError
"""
'''
WRITTEN = """
class BaseTestError(Exception): ...
class ConfigError(BaseTestError): ...
class Deep(ConfigError): ...
class Deeper(ConfigError): ...
class HostError(BaseTestError): ...
class Problem(NamedTuple): ...
"""


def home(drawn: str = DRAWN, written: str = WRITTEN) -> Source:
    return Source(errors.HOME, drawn + written)


def test_a_drawn_tree_is_read_as_child_and_parent() -> None:
    assert errors.tree_as_drawn(home()) == {
        "BaseTestError": "Exception",
        "ConfigError": "BaseTestError",
        "Deep": "ConfigError",
        "Deeper": "ConfigError",
        "HostError": "BaseTestError",
    }


def test_a_tree_drawn_as_it_is_written_passes() -> None:
    assert list(errors.tree_differs(home())) == []


@pytest.mark.parametrize(
    ("drawn", "written", "said"),
    [
        (DRAWN.replace("│   └── Deeper\n", ""), WRITTEN, ["Deeper under ConfigError is written but not drawn"]),
        (
            DRAWN,
            WRITTEN.replace("class HostError(BaseTestError): ...\n", ""),
            ["HostError under BaseTestError is drawn but not written"],
        ),
        (
            DRAWN,
            WRITTEN.replace("Deep(ConfigError)", "Deep(BaseTestError)"),
            ["Deep under ConfigError is drawn but not written", "Deep under BaseTestError is written but not drawn"],
        ),
    ],
)
def test_a_tree_that_differs_is_told(drawn: str, written: str, said: list[str]) -> None:
    assert list(errors.tree_differs(home(drawn, written))) == said


@pytest.mark.parametrize(
    "bases", ["Exception", "ValueError", "HostError", "errors.HostError", "pkg.SomeException", "A, OSError"]
)
def test_an_error_outside_its_home_is_told(bases: str) -> None:
    text = f"class Trouble({bases}): ..."
    assert list(errors.errors_elsewhere([Source("bot/plan/deploy.py", text)])) == [
        "bot/plan/deploy.py:1 Trouble belongs in bot/errors.py"
    ]
    assert list(errors.errors_elsewhere([Source("bot/sandbox/slack/refused.py", text)])) == []


def test_other_classes_may_stand_anywhere() -> None:
    text = "class Plan: ...\nclass Verdict(Plan): ...\nclass Kind(StrEnum): ..."
    assert list(errors.errors_elsewhere([Source("bot/plan/deploy.py", text)])) == []


STATEMENTS = '''"""Reads FROM words, which no table is."""
A = "SELECT id FROM deploys JOIN stages ON 1"
B = "INSERT INTO outbox VALUES (1)"
C = "UPDATE flips SET a = 1"
D = "CREATE TABLE IF NOT EXISTS checks (id)"
E = "SELECT name FROM sqlite_master"
'''


def test_the_tables_of_a_module_are_found() -> None:
    found = errors.tables(Source("bot/state/deploys.py", STATEMENTS))
    assert found == {"deploys", "stages", "outbox", "flips", "checks"}


def test_a_table_named_in_two_modules_is_told() -> None:
    one = Source("bot/state/deploys.py", 'A = "SELECT * FROM deploys"')
    two = Source("bot/state/stages.py", 'A = "DELETE FROM deploys"')
    assert list(errors.shared_tables([one])) == []
    assert list(errors.shared_tables([one, two])) == [
        "the table deploys is named in bot/state/deploys.py, bot/state/stages.py; one of them owns it"
    ]
