"""What goes down together is one message: one DOWN, one UP, and how many still are."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine.outages import Outages
from bot.fleet import Fleet
from bot.state.silences import Silences
from bot.watch import Silence
from tests.engine.watching import BAD, EVERY, GOOD, World
from tests.fleet.samples import PRODUCTION, changed, load

MANY = 300
HOUR = timedelta(hours=1)


def fleet_of(hosts: int, every: int = EVERY, wait: str = "10s") -> Fleet:
    """One service on so many hosts, each with a check of its own."""
    check = {
        "http": "http://{name}.test/",
        "per_host": True,
        "every": f"{every}s",
        "timeout": "1s",
        "action": "restart",
    }
    entries = [
        {"name": f"web{one}", "address": f"deploy@10.0.{one // 250}.{one % 250 + 1}:22"} for one in range(1, hosts + 1)
    ]
    return load(
        changed(
            ((*PRODUCTION, "hosts"), entries),
            ((*PRODUCTION, "health"), {"http": "http://{name}:8080/healthz"}),
            ((*PRODUCTION, "checks"), [check]),
            (("alerts",), {"group_wait": wait}),
        )
    )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db", fleet_of(4))
    world.settle()
    yield world
    world.close()


def fell(world: World, *hosts: int) -> None:
    for host in hosts:
        world.targets.probes[f"http://web{host}.test/"] = BAD


def rose(world: World, *hosts: int) -> None:
    for host in hosts:
        world.targets.probes[f"http://web{host}.test/"] = GOOD


def thread(world: World) -> list[str]:
    return [key for key in world.messages() if key.startswith("incident:1:")]


def buttons(world: World, key: str) -> dict[str, Any]:
    blocks = json.loads(world.blocks(key))
    return {one["text"]["text"]: one for block in blocks if block["type"] == "actions" for one in block["elements"]}


def test_four_hosts_that_go_down_together_are_one_message_each_way(world: World) -> None:
    fell(world, 1, 2, 3, 4)
    world.rounds(5)
    assert sorted(world.messages()) == ["incident:1", "incident:1:list"]
    assert world.first_lines()["incident:1"].startswith("DOWN · 4 checks · shop · production · since ")
    world.deliver()
    rose(world, 1, 2, 3)
    world.rounds(4)
    assert world.first_lines()["incident:1"].startswith("DOWN · 1 of 4 checks · shop · production")
    assert thread(world) == ["incident:1:list"]
    rose(world, 4)
    world.rounds(4)
    assert sorted(thread(world)) == ["incident:1:list", "incident:1:up"]
    assert world.first_lines()["incident:1:up"].startswith("UP · 4 checks · shop · production · were down ")
    assert world.first_lines()["incident:1:list"] == "4 checks: 0 down, 4 no longer"


def test_the_first_is_told_at_once_and_as_any_other(world: World) -> None:
    fell(world, 1)
    while not world.messages():
        world.run(1)
    assert world.first_lines()["incident:1"].startswith("DOWN · shop · production · web1 · since ")


def test_what_comes_later_has_a_message_of_its_own(world: World) -> None:
    fell(world, 1)
    world.rounds(8)
    fell(world, 2)
    world.rounds(5)
    assert sorted(world.messages()) == ["incident:1", "incident:2"]


def test_three_hundred_hosts_within_a_minute_are_at_most_three_messages(tmp_path: Path) -> None:
    world = World(tmp_path / "many.db", fleet_of(MANY))
    world.settle()
    for at in range(0, MANY, 5):
        fell(world, *range(at + 1, at + 6))
        world.run(1)
    world.rounds(5)
    downs = [key for key in world.messages() if key.count(":") == 1]
    assert len(world.monitor.open_incidents()) == MANY
    assert len(downs) <= 3
    world.deliver()
    rose(world, *range(1, MANY + 1))
    world.rounds(4)
    assert [text.split(" · ")[0] for key, text in world.first_lines().items() if key in downs] == ["UP"] * len(downs)
    assert len([key for key in world.messages() if key.endswith(":up")]) == len(downs)
    world.close()


def test_an_outbreak_that_is_over_before_slack_heard_of_it_is_one_closed_message(world: World) -> None:
    fell(world, 1, 2)
    world.rounds(5)
    rose(world, 1, 2)
    world.rounds(5)
    assert "incident:1:up" not in world.messages()
    assert world.first_lines()["incident:1"].startswith("UP · 2 checks")


def test_a_kill_in_the_middle_repeats_nothing_and_loses_no_end(world: World) -> None:
    fell(world, 1, 2, 3)
    world.rounds(5)
    world.deliver()
    world.restart()
    world.rounds(2)
    rose(world, 1, 2)
    world.rounds(3)
    world.restart()
    rose(world, 3)
    world.rounds(4)
    assert sorted(world.messages()) == ["incident:1", "incident:1:list", "incident:1:up"]
    assert world.first_lines()["incident:1"].startswith("UP · 3 checks")


def test_its_buttons_act_on_those_that_are_down(world: World) -> None:
    fell(world, 1, 2, 3)
    world.rounds(5)
    outages = Outages(world.db, world.monitor)
    assert buttons(world, "incident:1")["Restart on 3 hosts"]["value"] == "1"
    assert outages.hosts(1) == ["web1", "web2", "web3"]
    rose(world, 1)
    world.rounds(4)
    assert buttons(world, "incident:1")["Restart on 2 hosts"]["value"] == "2"  # the first one that still is
    assert outages.hosts(2) == ["web2", "web3"]


def test_one_acknowledgement_is_for_all_of_them(world: World) -> None:
    fell(world, 1, 2, 3)
    world.rounds(5)
    world.vigil.acknowledge("U0ANA", "2")
    assert all(alert.acknowledged_by == "U0ANA" for alert in world.monitor.open_incidents())
    assert "acknowledged by <@U0ANA>" in world.blocks("incident:1")


def test_what_a_silence_kept_back_is_told_together_too(world: World) -> None:
    now = world.clock.now()
    Silences(world.db).begin(Silence("shop", None, "U0ANA", "moving", now, now + timedelta(hours=1)))
    fell(world, 1, 2, 3, 4)
    world.rounds(5)
    assert world.messages() == {}
    world.clock.sleep(timedelta(hours=1))
    world.vigil.sweep()
    assert sorted(world.messages()) == ["incident:1", "incident:1:list"]
    assert world.first_lines()["incident:1"].startswith("DOWN · 4 checks")


def test_without_group_wait_each_has_a_message_of_its_own(world: World) -> None:
    world.fleet = fleet_of(4, wait="0s")
    fell(world, 1, 2, 3, 4)
    world.rounds(5)
    assert sorted(world.messages()) == [f"incident:{number}" for number in (1, 2, 3, 4)]


def test_who_is_reminded_of_several_hears_how_many_are_still_down(tmp_path: Path) -> None:
    fleet = fleet_of(4)
    alerts = fleet.alerts.model_copy(update={"remind_every": HOUR})
    world = World(tmp_path / "state.db", fleet.model_copy(update={"alerts": alerts}))
    world.settle()
    fell(world, 1, 2, 3)
    world.rounds(4)
    rose(world, 3)
    world.rounds(4)
    world.deliver()
    world.clock.sleep(HOUR)
    world.vigil.sweep()
    (told,) = [text for key, text in world.first_lines().items() if ":reminder:" in key]
    assert re.match(r"STILL DOWN · shop · production · web[12] and 1 more check · for 1 h ", told)
    world.close()
