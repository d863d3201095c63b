"""A day's work leaves its rows, and who changes one afterwards is found; all while the bot runs."""

import json
import sqlite3
from typing import Any

import pytest

from tests.scenarios.test_approval_story import STRATEGY, asking, loaded, place_of
from tests.scenarios.test_outage_story import CHECK
from tests.scenarios.world import LONG, World
from tests.test_cli import Said, bot
from tests.waiting import eventually


def audit(line: World, command: str) -> Said:
    return bot(line.layout.state, "audit", command, DATABASE_URL=f"sqlite:///{database(line)}")


def database(line: World) -> str:
    return str(line.layout.state / "pointsman.db")


def rows(line: World) -> list[dict[str, Any]]:
    said = audit(line, "export")
    assert said.code == 0, said.err
    return [json.loads(row) for row in said.out.splitlines()]


def of(line: World, *whats: str) -> list[tuple[str, ...]]:
    """Who did which of these, to what, oldest first."""
    return [(row["who"], row["what"], row["subject"]) for row in rows(line) if row["what"] in whats]


def take_fleet(line: World, **production: Any) -> None:
    """Changes the fleet file, and waits until the bot has it."""
    before = loaded(line)
    line.change_fleet(**production)
    eventually(lambda: loaded(line) > before, timeout=LONG)


@pytest.fixture(scope="module")
def ana(line: World) -> str:
    return line.slack.users["ana"]


def test_a_deploy_leaves_what_was_typed_what_began_and_how_it_ended(line: World, ana: str) -> None:
    line.deploy("1.0.0")
    assert of(line, "command", "deploy.begun", "deploy.ended") == [
        (ana, "command", "/deploy shop@1.0.0 to production"),
        (ana, "deploy.begun", "deploy 1"),
        ("pointsman", "deploy.ended", "deploy 1"),
    ]


def test_a_refused_deploy_leaves_why(line: World) -> None:
    line.answer("ben", "/deploy", "shop@9.9.9 to production")
    (row,) = [row for row in rows(line) if row["what"] == "refused"]
    assert row["who"] == line.slack.users["ben"]
    assert row["subject"] == "/deploy shop@9.9.9 to production"
    assert row["target"] == "shop · production"
    assert row["why"].startswith("unknown_ref: No branch, tag or commit is called `9.9.9`")


def test_an_approval_leaves_the_click_and_what_it_decided(line: World) -> None:
    line.stands("1.0.0")
    lea = line.slack.users["lea"]
    take_fleet(line, strategy=STRATEGY)
    asked = asking(line, "1.1.0")
    assert line.slack.click("lea", asked, "deploy.promote").error is None
    assert "done on 4 hosts" in line.ended(place_of(line, asked))
    (promoted,) = [row for row in rows(line) if row["what"] == "approval.promoted"]
    assert (promoted["who"], promoted["before"]) == (lea, "open")
    assert promoted["after"].startswith("promoted, 1 of 1 said yes to ")
    assert any(who == lea and "deploy.promote" in subject for who, _, subject in of(line, "click"))


def test_a_restart_leaves_the_outage_the_click_and_its_result(line: World) -> None:
    line.stands("1.1.0")
    take_fleet(line, checks=[{**CHECK, "action": "restart"}])
    eventually(lambda: "not asked yet" not in line.answer("cid", "/status", "shop"), timeout=LONG)
    line.machines.act("web2", "stop")
    down = eventually(lambda: line.posts("alerts"), timeout=LONG)[0]
    assert line.slack.click("cid", down, "incident.restart").error is None
    eventually(lambda: of(line, "incident.ended"), timeout=LONG)
    take_fleet(line, checks=[])
    cid = line.slack.users["cid"]
    found = of(line, "incident.opened", "click", "restart.begun", "restart.ended", "incident.ended")
    assert [row[:2] for row in found[-5:]] == [
        ("pointsman", "incident.opened"),
        (cid, "click"),
        (cid, "restart.begun"),
        ("pointsman", "restart.ended"),
        ("pointsman", "incident.ended"),
    ]


def test_a_kill_leaves_a_chain_that_goes_on(line: World) -> None:
    before = len(rows(line))
    line.bot.kill()
    assert audit(line, "verify").code == 0
    line.begin()
    line.answer("ana", "/deploy", "help")
    assert len(rows(line)) > before
    assert audit(line, "verify").code == 0


def test_who_changes_a_row_is_found_while_the_bot_goes_on(line: World) -> None:
    """The last of the story: the chain is broken for good."""
    with sqlite3.connect(database(line)) as other:
        other.execute("UPDATE audit SET who = 'U0NOBODY' WHERE id = 2")
    other.close()
    said = audit(line, "verify")
    assert (said.code, said.out.split(":")[0]) == (1, "Row 2 is not what was written")
    assert "SERVICE@REF" in line.answer("ana", "/deploy", "help")
    assert line.bot.alive()
