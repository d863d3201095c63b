"""One bad release breaks several places at once: that is one message, whatever they are called."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.fleet import Fleet
from bot.model import Changed, Release, Target
from bot.state.incidents import Incidents
from tests.engine.watching import BAD, EVERY, GOOD, START, World
from tests.fleet.samples import PRODUCTION, SHOP, changed, load

PLACES = {"shop": ("staging", "production"), "worker": ("production",), "api": ("production",)}
NEW = Changed("deploy 41 ended", START, Release("a" * 40, "1.4.1"), START, (), Release("b" * 40, "1.4.2"))


def fleet(wait: str = "10s") -> Fleet:
    """Three services, one of them in two environments, each on a host of its own."""
    data = changed((("alerts",), {"group_wait": wait}))
    services, number = {}, 10
    for name, environments in PLACES.items():
        service = deepcopy(_at(data, SHOP))
        service["environments"] = {}
        for environment in environments:
            number += 1
            service["environments"][environment] = {
                **_at(data, PRODUCTION),
                "hosts": [f"deploy@10.0.0.{number}:22"],
                "health": {"http": "http://{host}/healthz"},
                "checks": [{"http": address(name, environment), "every": f"{EVERY}s", "action": "rollback"}],
            }
        services[name] = service
    return load({**data, "services": services})


def _at(data: Any, place: tuple[str, ...]) -> Any:
    for part in place:
        data = data[part]
    return data


def address(service: str, environment: str) -> str:
    return f"http://{service}.{environment}.test/"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db", fleet())
    world.settle()
    yield world
    world.close()


def deployed(world: World, **releases: Changed | None) -> None:
    """What changed last at each service; elsewhere nothing is known."""

    def changes(target: Target, _first: datetime) -> Changed | None:
        return releases.get(target.service)

    world.watch(changes)


def fall(world: World, *places: tuple[str, str]) -> None:
    for service, environment in places:
        world.targets.probes[address(service, environment)] = BAD
    world.rounds(5)


def test_one_release_in_two_environments_and_two_services_is_one_message_each_way(world: World) -> None:
    deployed(world, shop=NEW, worker=NEW)
    fall(world, ("shop", "staging"), ("shop", "production"), ("worker", "production"))
    assert sorted(world.messages()) == ["incident:1", "incident:1:list"]
    line = world.first_lines()["incident:1"]
    assert line.startswith("DOWN · 3 checks · ")
    assert all(name in line for name in ("shop · staging", "shop · production", "worker · production"))
    world.deliver()
    world.targets.probes = {}
    world.targets.default = GOOD
    world.rounds(4)
    assert sorted(world.messages()) == ["incident:1", "incident:1:list", "incident:1:up"]
    assert world.first_lines()["incident:1"].startswith("UP · 3 checks")


@pytest.mark.parametrize(
    ("shop", "worker"),
    [
        (NEW, replace(NEW, deployed=Release("c" * 40, "1.4.2"))),  # another commit of the same name
        (NEW, replace(NEW, deployed_at=START - timedelta(hours=2))),  # it has run there for long
        (NEW, replace(NEW, deployed_at=None, deployed=None)),  # brought back by a rollback
        (replace(NEW, deployed=None), replace(NEW, deployed=None)),
        (NEW, None),
        (None, None),
    ],
)
def test_what_does_not_run_the_same_fresh_release_has_a_message_of_its_own(
    world: World, shop: Changed | None, worker: Changed | None
) -> None:
    deployed(world, shop=shop, worker=worker)
    fall(world, ("shop", "production"), ("worker", "production"))
    assert sorted(world.messages()) == ["incident:1", "incident:2"]


def test_what_falls_later_has_a_message_of_its_own(world: World) -> None:
    deployed(world, shop=NEW, worker=NEW)
    fall(world, ("shop", "production"))
    world.run(30)
    fall(world, ("worker", "production"))
    assert sorted(world.messages()) == ["incident:1", "incident:2"]


def test_without_group_wait_nothing_joins(world: World) -> None:
    world.fleet = fleet(wait="0s")
    deployed(world, shop=NEW, worker=NEW)
    fall(world, ("shop", "production"), ("worker", "production"))
    assert sorted(world.messages()) == ["incident:1", "incident:2"]


def test_what_a_silence_kept_back_joins_by_its_release_too(world: World) -> None:
    deployed(world, shop=NEW)
    world.silence(world.clock.now() + timedelta(minutes=30))
    fall(world, ("shop", "staging"), ("shop", "production"))
    assert world.messages() == {}
    world.clock.sleep(timedelta(minutes=30))
    world.vigil.sweep()
    assert sorted(world.messages()) == ["incident:1", "incident:1:list"]
    assert world.first_lines()["incident:1"].startswith("DOWN · 2 checks · ")


def test_a_restart_keeps_which_release_it_was(world: World) -> None:
    deployed(world, shop=NEW)
    fall(world, ("shop", "production"))
    world.restart()
    (alert,) = Incidents(world.db).open_incidents()
    assert alert.release == "b" * 40
    assert alert.sighting.changed == NEW
