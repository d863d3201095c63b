"""Hosts that go away in the middle, and a release that was broken before, over the true socket and true SSH."""

import pytest

from bot.sandbox.hosts_machines import Machines
from tests.scenarios.test_approval_story import asking, place_of, told
from tests.scenarios.test_strategy_story import in_production
from tests.scenarios.world import LONG, World, words
from tests.waiting import eventually


@pytest.fixture(scope="module")
def standing(line: World) -> World:
    """1.0.0 stands; what comes next goes to web1 first, and to the others when a lead says so."""
    line.deploy("1.0.0")
    in_production(line, strategy={"kind": "canary", "batches": [1, "100%"], "bake": "1s", "approve": True})
    return line


def all_of(machines: Machines, action: str) -> None:
    for machine in machines.list():
        machines.act(machine["name"], action)


def test_a_host_lost_in_batch_two_is_unknown_and_read_again_when_all_go_back(standing: World) -> None:
    post = asking(standing, "1.1.0")
    number = place_of(standing, post)
    standing.machines.act("web3", "unplug")
    assert told(standing, "lea", post).endswith("goes on.")
    eventually(lambda: "Rollback" in words(standing.posts("deploys")[number]), timeout=2 * LONG)
    standing.machines.act("web3", "plug")
    ended = standing.ended(number)
    assert "failed at Batch 2 of 2: web3: no connection" in ended
    assert "rolled back to 1.0.0 on 4 hosts" in ended
    assert standing.releases() == ["1.0.0"] * 4


def test_the_next_deploy_reaches_it_again(standing: World) -> None:
    standing.answer("ana", "/deploy", "unlock shop in production")
    post = asking(standing, "1.1.0")
    told(standing, "lea", post)
    assert standing.ended(place_of(standing, post)).endswith("done on 4 hosts")
    assert standing.releases() == ["1.1.0"] * 4


def test_a_fix_goes_over_a_release_that_answers_nobody_any_more(standing: World) -> None:
    all_of(standing.machines, "stop")
    assert standing.apps() == ["stopped"] * 4
    post = asking(standing, "1.0.0")
    told(standing, "lea", post)
    assert standing.ended(place_of(standing, post)).endswith("done on 4 hosts")
    assert (standing.releases(), standing.apps()) == (["1.0.0"] * 4, ["running"] * 4)
