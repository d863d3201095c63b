"""Each rule of place, able to fail."""

import pytest

from tests.shape import purity
from tests.shape.source import Source

ANYWHERE = "bot/engine/deploys.py"


@pytest.mark.parametrize(
    "text",
    [
        "import datetime\nx = datetime.datetime.now()",
        "from datetime import datetime\nx = datetime.now(UTC)",
        "from datetime import date\nx = date.today()",
        "import time\nx = time.time()",
        "import time\nx = time.monotonic()",
        "from time import monotonic",
        "from time import time as now",
    ],
)
@pytest.mark.parametrize("path", ["bot/plan/deploy.py", "bot/messages/status.py", "bot/grammar.py", "bot/model.py"])
def test_a_pure_module_reads_no_clock(text: str, path: str) -> None:
    assert len(list(purity.clocks_in_pure_modules([Source(path, text)]))) == 1
    assert list(purity.clocks_in_pure_modules([Source(ANYWHERE, text)])) == []


@pytest.mark.parametrize(
    "text", ["x = row.now", "x = now - timedelta(1)", "from datetime import datetime", "x = f.time()"]
)
def test_handling_times_is_not_reading_the_clock(text: str) -> None:
    assert list(purity.clocks_in_pure_modules([Source("bot/plan/deploy.py", text)])) == []


@pytest.mark.parametrize(
    "text",
    [
        'x = "SELECT * FROM deploys"',
        'x = """\nSELECT id,\n  state\nFROM deploys\n"""',
        'x = "INSERT OR IGNORE INTO deploys VALUES (1)"',
        'x = f"UPDATE deploys SET {row}"',
        'x = "DELETE FROM deploys"',
        'x = "CREATE TABLE deploys (id)"',
        'x = "PRAGMA user_version"',
    ],
)
def test_sql_stands_in_state_only(text: str) -> None:
    assert list(purity.sql_outside_state([Source(ANYWHERE, text)])) == [f"{ANYWHERE}:1 SQL belongs in bot/state"]
    assert list(purity.sql_outside_state([Source("bot/state/deploys.py", text)])) == []


@pytest.mark.parametrize(
    "text", ['x = "select a service from the list"', 'x = "Update it, then set the path"', "# SELECT a FROM b"]
)
def test_words_that_resemble_sql_are_words(text: str) -> None:
    assert list(purity.sql_outside_state([Source(ANYWHERE, text)])) == []


@pytest.mark.parametrize(
    "text",
    [
        "import os\nx = os.environ['A']",
        "import os\nx = os.getenv('A')",
        "from os import environ",
        "from os import getenv",
    ],
)
def test_the_environment_is_read_in_settings_only(text: str) -> None:
    assert len(list(purity.environment_outside_settings([Source(ANYWHERE, text)]))) == 1
    assert list(purity.environment_outside_settings([Source("bot/settings/environment.py", text)])) == []
    assert list(purity.environment_outside_settings([Source("bot/sandbox/demo.py", text)])) == []


def test_the_rest_of_os_may_be_used_anywhere() -> None:
    assert list(purity.environment_outside_settings([Source(ANYWHERE, "import os\nx = os.replace('a', 'b')")])) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def f():\n    import json\n", ["json inside f"]),
        ("def f():\n    if 1:\n        from bot import state\n", ["bot.state inside f"]),
        ("import json\ndef f(): pass\n", []),
    ],
)
def test_imports_stand_at_the_top(text: str, told: list[str]) -> None:
    found = list(purity.late_imports([Source(ANYWHERE, text)]))
    assert [line.partition("imports ")[2] for line in found] == told


BROAD = [
    ("except Exception:\n    pass", True),
    ("except:\n    pass", True),
    ("except BaseException:\n    log.warning('x')", True),
    ("except (ValueError, Exception):\n    pass", True),
    ("except builtins.Exception:\n    pass", True),
    ("except Exception as error:\n    raise Other from error", True),
    ("except Exception:\n    log.exception('x')", False),
    ("except Exception:\n    if 1:\n        log.exception('x')", False),
    ("except BaseException:\n    db.rollback()\n    raise", False),
    ("except ValueError:\n    pass", False),
]


@pytest.mark.parametrize(("handler", "told"), BROAD)
def test_a_broad_except_tells_its_traceback(handler: str, told: bool) -> None:
    found = list(purity.silent_broad_excepts([Source(ANYWHERE, f"try:\n    x = 1\n{handler}\n")]))
    assert found == ([f"{ANYWHERE}:3 a broad except without log.exception"] if told else [])


@pytest.mark.parametrize(
    "path", ["bot/utils.py", "bot/slack_helpers.py", "bot/helper/a.py", "bot/deploy_manager.py", "jobs/misc.py"]
)
def test_a_vague_name_is_told(path: str) -> None:
    assert len(list(purity.vague_names([Source(path, "")]))) == 1


@pytest.mark.parametrize("path", ["bot/plan/deploy.py", "bot/management.py", "bot/outbox.py"])
def test_a_name_that_says_something_is_fine(path: str) -> None:
    assert list(purity.vague_names([Source(path, "")])) == []


@pytest.mark.parametrize("text", ["x = {State.UP: 1, State.DOWN: 2, State.UP: 3}", "x = {'a': 1, 'a': 1}"])
def test_a_dictionary_names_each_key_once(text: str) -> None:
    assert len(list(purity.repeated_keys([Source(ANYWHERE, text)]))) == 1
    assert list(purity.repeated_keys([Source(ANYWHERE, "x = {**a, **b, f(): 1, g(): 2}")])) == []
