"""The fleet file edited in the middle of an outage."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.model import Health
from tests.engine.watching import BAD, EVERY, HTTP, SHOP, World, fleet_with


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """In the middle of an outage that Slack has heard of."""
    world = World(tmp_path / "state.db", fleet_with({}, {"name": "admin", "http": "https://admin.test/"}))
    world.settle()
    world.targets.probes["https://shop.example.com/healthz"] = BAD
    world.rounds(4)
    world.deliver()
    assert world.states() == ["DOWN"]
    yield world
    world.close()


ADMIN = {"name": "admin", "http": "https://admin.test/"}


@pytest.mark.parametrize(
    "change",
    [
        {"every": "20s"},
        {"timeout": "9s"},
        {"down_after": 2, "up_after": 1},
        {"down_after": 5},
        {"status": [200, 201]},
        {"action": "restart"},
        {"action": "runbook"},
        {"body": "ok"},
        {"method": "HEAD", "follow": 3, "headers": {"X-Key": "key"}},
        {"conditions": [{"latency": "< 500ms"}]},
        {"conditions": [{"json": {"path": "db.ok", "equals": True}}, {"certificate": "> 14 days"}]},
    ],
)
def test_changed_settings_neither_repeat_down_nor_lose_up(world: World, change: dict[str, Any]) -> None:
    world.fleet = fleet_with(change, ADMIN)
    world.rounds(8)
    assert world.states() == ["DOWN"]
    world.targets.probes.clear()
    world.rounds(8)
    assert list(world.messages()) == ["incident:1", "incident:1:up"]


def test_a_changed_address_keeps_the_outage(world: World) -> None:
    world.fleet = fleet_with({"http": "https://elsewhere.test/healthz"}, ADMIN)
    world.rounds(4)
    assert list(world.messages()) == ["incident:1", "incident:1:up"]
    assert world.says("incident:1", "GET https://shop.example.com/healthz")  # what it was


@pytest.mark.parametrize(("address", "believed"), [("https://admin2.test/", False), ("https://admin.test/", True)])
def test_an_answer_to_the_old_address_is_not_held_against_the_new_one(
    world: World, address: str, believed: bool
) -> None:
    admin = "shop/production/admin"
    world.targets.mute.add(admin)
    world.rounds(1)  # it is being asked now, where it was
    world.fleet = fleet_with({}, {**ADMIN, "http": address})
    world.run(1)
    world.targets.answer(admin, BAD)
    world.run(1)
    assert world.monitor.overview(SHOP).checks[1].state.ok is not believed


def test_a_check_that_leaves_the_file_ends_its_outage_and_says_so_once(world: World) -> None:
    world.fleet = fleet_with(ADMIN)
    world.rounds(2)
    world.restart()
    world.rounds(2)
    assert list(world.messages()) == ["incident:1", "incident:1:up"]
    assert all("NO LONGER CHECKED" in text for text in world.first_lines().values())
    assert [check.id for check in world.monitor.overview(SHOP).checks] == ["shop/production/admin"]
    assert world.monitor.open_incidents() == []


def test_a_check_that_left_while_the_bot_was_stopped_is_noticed_at_the_start(world: World) -> None:
    world.fleet = fleet_with(ADMIN)
    world.restart()
    world.run(2)
    assert "NO LONGER CHECKED" in world.first_lines()["incident:1:up"]


def test_a_check_that_comes_back_begins_anew(world: World) -> None:
    here = world.fleet
    world.fleet = fleet_with(ADMIN)
    world.rounds(1)
    world.fleet = here
    world.rounds(1)
    assert "incident:2" not in world.messages()
    world.rounds(4)
    assert list(world.messages()) == ["incident:1", "incident:1:up", "incident:2"]


def test_a_check_that_leaves_before_slack_heard_of_its_outage_is_one_message(tmp_path: Path) -> None:
    world = World(tmp_path / "quick.db", fleet_with({}, ADMIN))
    world.fail()
    world.rounds(4)
    world.fleet = fleet_with(ADMIN)
    world.rounds(1)
    assert sorted(world.messages()) == ["incident:1", "incident:2"]
    assert [text.split(" · ")[0] for text in world.first_lines().values()].count("NO LONGER CHECKED") == 1
    world.close()


def test_a_new_check_is_asked_without_a_restart(world: World) -> None:
    world.fleet = fleet_with({}, ADMIN, {"name": "new", "http": "https://new.test/"})
    world.run(EVERY + 1)
    assert "shop/production/new" in [tag for tag, _ in world.targets.asked]
    assert world.states() == ["DOWN"]


def test_a_changed_channel_does_not_tear_a_thread_apart(world: World) -> None:
    world.fleet = fleet_with({}, ADMIN, channels={"deploys": "#deploys", "alerts": "#elsewhere"})
    world.targets.probes.clear()
    world.rounds(4)
    with world.db.reading() as db:
        assert {row["channel"] for row in db.query("SELECT channel FROM outbox")} == {"#alerts"}


def test_other_checks_are_not_touched(world: World) -> None:
    states = world.monitor.overview(SHOP)
    assert {check.id: check.state.health for check in states.checks} == {
        HTTP: Health.DOWN,
        "shop/production/admin": Health.UP,
    }
