"""Hosts that come late, and a switch that is taken back, over the true socket and true SSH."""

from typing import Any

import pytest
import yaml

from tests.scenarios.test_abort_story import newest
from tests.scenarios.test_approval_story import asking, loaded, place_of, told
from tests.scenarios.world import LONG, World, words
from tests.waiting import eventually


def in_production(line: World, **production: Any) -> None:
    """The fleet file as the bot has it from now on."""
    before = loaded(line)
    line.change_fleet(**production)
    eventually(lambda: loaded(line) > before, timeout=LONG)


def hosts_of(line: World) -> list[Any]:
    fleet = yaml.safe_load(line.layout.fleet_file.read_text())
    found: list[Any] = fleet["services"]["shop"]["environments"]["production"]["hosts"]
    return found


@pytest.fixture(scope="module")
def three(line: World) -> tuple[World, list[Any]]:
    """1.0.0 stands on three hosts; the entries of all four."""
    four = hosts_of(line)
    in_production(line, hosts=four[:3])
    assert line.deploy("1.0.0").endswith("done on 3 hosts")
    return line, four


def test_a_host_that_joins_in_mid_deploy_has_the_release_before_the_deploy_is_done(
    three: tuple[World, list[Any]],
) -> None:
    line, four = three
    in_production(line, strategy={"kind": "canary", "bake": "1s", "approve": True})
    post = asking(line, "1.1.0")
    in_production(line, hosts=four)
    assert told(line, "lea", post).endswith("goes on.")
    assert line.ended(place_of(line, post)).endswith("shop 1.1.0 → production done on 4 hosts")
    assert line.releases() == ["1.1.0"] * 4
    assert "joined meanwhile, brought along: web4" in words(line.posts("deploys")[place_of(line, post)])


def test_blue_green_is_switched_everywhere_at_once_and_switched_back_by_one_click(
    three: tuple[World, list[Any]],
) -> None:
    line, four = three
    in_production(line, hosts=four, strategy={"kind": "blue_green", "keep": "10m"})
    before = len(line.posts("deploys"))
    line.slack.command("ana", "/deploy", "shop@1.0.0 to production", channel="deploys")
    eventually(lambda: len(line.posts("deploys")) > before, timeout=LONG)
    post = newest(line, "Switch back to 1.1.0")
    assert line.releases() == ["1.0.0"] * 4
    assert "is being aborted" in told(line, "ana", post, "deploy.stop")
    ended = line.ended(before)
    assert "switched back, as asked" in ended
    assert "rolled back to 1.1.0 on 4 hosts" in ended
    assert line.releases() == ["1.1.0"] * 4
