"""Instances that the bot deploys to run what it brought, whatever template they were made from: the only one of a
release stays.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.host_releases import HostReleases
from bot.grammar import DeployTo
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from bot.state.deploy_hosts import DeployHosts
from bot.state.deploys import Deploys
from bot.state.equipped_hosts import EquippedHosts
from tests.building import TARGET, release
from tests.engine.scaled import ASG, EC2, ScaledLine, scaled_on

MACHINES = ("m-1", "m-2", "m-3", "m-4")


@pytest.fixture
def line(tmp_path: Path) -> Iterator[ScaledLine]:
    """Four instances on 1.4.1, the first of which somebody took to 1.4.2."""
    with scaled_on(tmp_path, pool=EC2) as made:
        made.deploy("1.4.1")
        only(made, "m-1", "1.4.2")
        yield made


def only(line: ScaledLine, host: str, ref: str) -> None:
    begun = line.desk.ask("U0ANA", DeployTo("shop", "production", ref, hosts=(host,)))
    assert isinstance(begun, Deploy), begun
    line.ended(begun.id)


def releases(line: ScaledLine) -> HostReleases:
    return HostReleases(Deploys(line.db), DeployHosts(line.db), EquippedHosts(line.db))


def running(line: ScaledLine) -> dict[str, str]:
    return releases(line).of(TARGET, MACHINES)


def test_each_hosts_newest_deploy_says_what_it_runs(line: ScaledLine) -> None:
    old, new = release("1.4.1").sha, release("1.4.2").sha
    assert running(line) == {"m-1": new, "m-2": old, "m-3": old, "m-4": old}


def test_of_a_host_that_no_deploy_dealt_with_nothing_is_known(line: ScaledLine) -> None:
    found = releases(line).of(TARGET, {"m-2", "m-9"})
    assert found == {"m-2": release("1.4.1").sha}


def test_the_only_instance_of_a_release_does_not_go(line: ScaledLine) -> None:
    act = line.scale("-2")
    assert len(act.leave) == 2
    assert "m-1" not in act.leave


def test_the_rules_keep_one_host_of_each_release(line: ScaledLine) -> None:
    only(line, "m-3", "1.5.0")
    acts = [*line.sweep(cpu=1), *line.sweep(after=600)]
    assert [(act.before, act.after) for act in acts] == [(4, 3)]
    assert {"m-1", "m-3"} <= set(line.staying())


def test_what_may_not_go_is_named(line: ScaledLine) -> None:
    only(line, "m-3", "1.5.0")
    only(line, "m-2", "1.6.0")
    refused = line.ask_scale("2")
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.NONE_MAY_GO
    assert "is the only one of its release" in refused.detail


def test_where_the_cloud_makes_machines_with_their_release_its_word_counts(tmp_path: Path) -> None:
    with scaled_on(tmp_path, pool=ASG) as line:
        line.deploy("1.4.1")
        only(line, "m-1", "1.4.2")
        assert "m-1" in line.scale("-2").leave


def test_what_a_new_instance_got_is_known_without_a_deploy(line: ScaledLine) -> None:
    line.scale("+1")
    assert releases(line).of(TARGET, {"m-5"}) == {"m-5": line.backend.machine("m-5").current}


def test_a_deploy_that_dealt_with_it_since_knows_better(line: ScaledLine) -> None:
    line.scale("+1")
    only(line, "m-5", "1.6.0")
    assert releases(line).of(TARGET, {"m-5"}) == {"m-5": release("1.6.0").sha}
