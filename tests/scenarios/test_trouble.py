"""The bot's own trouble: a clear line in the log and on exit, never a traceback as the only word, no state lost."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.demo_bot import Bot
from tests.scenarios.world import LONG, World, world
from tests.waiting import eventually


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[World]:
    """Everything open but the bot."""
    with world(tmp_path) as made:
        yield made


def ended(line: World, settings: dict[str, str]) -> str:
    """The bot's last words after it has ended by itself, not with success."""
    line.bot = Bot(line.layout, line.slack, settings)
    line.bot.start()
    eventually(lambda: not line.bot.alive(), timeout=LONG)
    assert line.bot.exit_code() == 1
    words = line.bot.last_words()
    assert words.splitlines()[-1].startswith(("Error: ", "  ")), words
    return words


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "SLACK_APP_TOKEN must be the app-level token"),
        ({"SLACK_BOT_TOKEN": "xapp-sandbox-app"}, "SLACK_BOT_TOKEN"),
        ({"FLEET_FILE": "/nowhere/fleet.yaml"}, "/nowhere/fleet.yaml"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "/nowhere/at/all.db"),
        ({"DATABASE_URL": "postgres://x"}, "DATABASE_URL"),
    ],
)
def test_what_cannot_work_is_said_in_one_line_at_the_start(shut: World, settings: dict[str, str], said: str) -> None:
    assert said in ended(shut, settings)


def test_a_corrupt_database_is_named_and_left_as_it_is(shut: World) -> None:
    broken = shut.layout.state / "pointsman.db"
    broken.write_bytes(b"this is not a database" * 500)
    said = ended(shut, {})
    assert "file is not a database" in said
    assert "restore it from a backup" in said
    assert broken.read_bytes() == b"this is not a database" * 500


def test_a_slack_that_is_away_at_the_start_is_waited_for(shut: World) -> None:
    shut.slack.faults.add("*", kind="away", times=None)
    shut.bot.start()
    eventually(lambda: "Slack cannot be reached" in shut.layout.bot_log.read_text(), timeout=LONG)
    assert shut.bot.alive()
    shut.slack.faults.clear()
    eventually(lambda: shut.slack.sockets > 0, timeout=LONG)
    assert "has begun" in shut.answer("ana", "/deploy", "shop@1.0.0 to production")


def test_a_locked_database_is_said_to_who_asks_and_nothing_is_lost(shut: World) -> None:
    shut.begin()
    shut.deploy("1.0.0")
    with sqlite3.connect(shut.layout.state / "pointsman.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = shut.answer("ana", "/deploy", "shop@1.1.0 to production")
        other.execute("ROLLBACK")
    assert "is locked by another process" in answer or "has begun" in answer
    assert shut.bot.alive()
    shut.stands("1.1.0")


def test_a_broken_fleet_file_never_replaces_a_good_one_not_even_across_a_restart(shut: World) -> None:
    shut.begin()
    good = shut.layout.fleet_file.read_text()
    shut.write_fleet(good.replace("rolling", "rollling"))
    told = eventually(lambda: shut.texts("deploys"), timeout=LONG)
    assert "does not load: 1 problem" in told[0]
    shut.bot.kill()
    shut.begin()
    assert "has begun" in shut.answer("ana", "/deploy", "shop@1.0.0 to production")
    shut.write_fleet(good)
    eventually(lambda: any("loads again" in text for text in shut.texts("deploys")), timeout=LONG)
