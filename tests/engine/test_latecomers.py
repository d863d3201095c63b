"""The end of a deploy: hosts that joined meanwhile are brought along, and who runs something else is said."""

from typing import Any

import pytest

from bot.errors import CloudDenied, PointsmanError
from bot.model import DeployState, HostState, Step, Target
from bot.records import Deploy
from bot.standing import ServiceView
from tests.building import TARGET, fleet_of, names, release, said
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION, SHOP, changed, load
from tests.waiting import eventually

NEW, OLD = release("1.4.2").sha, release("1.4.1").sha


def joining(line: Line, hosts: list[str], **strategy: Any) -> Deploy:
    """A deploy during which the fleet file comes to name these hosts."""
    gate = line.backend.hang("web2", Step.INSTALL)
    deploy = line.begin("1.4.2")
    eventually(lambda: line.view(deploy).hosts[1].state is HostState.CHANGING, timeout=60)
    words = [((*PRODUCTION, "strategy"), strategy)] if strategy else []
    line.fleet = fleet_of(hosts, *words)
    gate.set()
    return line.ended(deploy.id)


def told(line: Line, deploy: Deploy) -> list[tuple[str, str]]:
    return [(stage.name, stage.detail) for stage in line.view(deploy).stages[4:]]


def test_a_host_that_joins_in_mid_deploy_is_brought_along_before_it_is_called_done(standing: Line) -> None:
    deploy = joining(standing, names(5))
    assert deploy.state is DeployState.SUCCEEDED
    assert standing.runs() == ["1.4.2"] * 5
    assert told(standing, deploy) == [("Late hosts", "joined meanwhile, brought along: web5")]
    assert standing.messages()["deploy:2"] == "✓ Deploy 2 · shop 1.4.2 → production done on 5 hosts"
    assert [host.state.value for host in standing.view(deploy).hosts] == ["healthy"] * 5


def test_a_host_that_joins_while_another_is_brought_along_is_found_too(standing: Line) -> None:
    standing.apps.before = lambda asks: widen(standing, asks)
    deploy = joining(standing, names(5))
    assert deploy.state is DeployState.SUCCEEDED
    assert standing.runs() == ["1.4.2"] * 6
    assert standing.backend.brought[-2:] == [["web5"], ["web6"]]


def widen(line: Line, asks: Any) -> None:
    if any("web5" in ask.url for ask in asks):
        line.fleet = fleet_of(names(6))


def test_a_host_that_joins_and_cannot_be_brought_along_undoes_nothing_and_is_named(standing: Line) -> None:
    standing.backend.fail("web5", Step.TEST)
    deploy = joining(standing, names(5))
    assert deploy.state is DeployState.SUCCEEDED
    assert standing.runs() == ["1.4.2"] * 4 + ["nothing"]
    assert told(standing, deploy) == [("Late hosts", "joined meanwhile, left behind: web5: test ended with status 1")]
    assert standing.messages()["deploy:2"].endswith("done on 4 of 5 hosts · left behind: web5")
    assert "deploy:2:behind" in standing.messages()


@pytest.mark.parametrize(("trouble", "state"), [("", "skipped"), ("no room: 12 MB free", "unchanged")])
def test_a_host_that_joins_and_is_not_ready_is_not_touched(standing: Line, trouble: str, state: str) -> None:
    machine = standing.backend.machine("web5")
    machine.trouble, machine.reachable = trouble, bool(trouble)
    deploy = joining(standing, names(5))
    assert standing.view(deploy).hosts[-1].state.value == state
    assert not machine.ran


def test_one_that_left_and_one_that_joined_are_each_told(standing: Line) -> None:
    deploy = joining(standing, ["web1", "web2", "web4", "web5"])
    states = {host.host: host.state.value for host in standing.view(deploy).hosts}
    assert states == {"web1": "healthy", "web2": "healthy", "web3": "left", "web4": "healthy", "web5": "healthy"}


def test_a_service_that_left_the_fleet_file_after_the_last_batch_has_nobody_late(standing: Line) -> None:
    deploy = standing.deploy("1.4.2")
    elsewhere = {"staging": changed()["services"]["shop"]["environments"]["production"]}
    standing.fleet = load(changed(((*SHOP, "environments"), elsewhere), (("access",), {})))
    assert standing.engine.late.find(deploy.id) == []


def test_bringing_late_hosts_along_again_after_a_crash_says_it_once(standing: Line) -> None:
    deploy = standing.deploy("1.4.2")
    standing.fleet = fleet_of(names(5))
    assert standing.engine.late.find(deploy.id) == ["web5"]
    for _ in range(2):
        assert standing.engine.late.bring(deploy.id, ["web5"])
    assert [name for name, _ in told(standing, deploy)] == ["Late hosts"]
    assert standing.backend.machine("web5").ran.count((Step.RESTART, NEW)) == 1
    assert standing.engine.late.find(deploy.id) == []


def canary(line: Line) -> None:
    line.fleet = fleet_of(names(4), ((*PRODUCTION, "strategy"), {"kind": "canary", "bake": "5m"}))


def moving(line: Line, host: str, sha: str) -> None:
    """Somebody brings something else to a host once web4 was asked about its health on the new release."""

    def before(asks: Any) -> None:
        if line.backend.machine("web4").current == NEW:
            line.backend.machine(host).current = sha

    line.apps.before = before


def test_a_host_at_another_release_at_the_end_is_drift_and_is_said(standing: Line) -> None:
    canary(standing)
    moving(standing, "web1", OLD)
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert standing.messages()["deploy:2"].endswith("done on 3 of 4 hosts · left behind: web1")
    shown = said(standing.blocks("deploy:2"))
    assert f"web1: runs {OLD[:7]} again, which this deploy did not bring" in shown
    (view,) = [row[0] for row in standing.board.overview().rows]
    assert [host.name for host in view.drifted] == ["web1"]


def test_whoever_was_brought_a_moment_ago_is_not_read_again(standing: Line) -> None:
    surveys = len(standing.backend.surveyed)
    standing.deploy("1.4.2")
    assert [hosts for hosts in standing.backend.surveyed[surveys:] if hosts] == [names(4)]  # preflight's own


def test_hosts_that_cannot_be_read_again_are_no_drift(standing: Line) -> None:
    canary(standing)
    standing.backend.raises["survey"] = [None, PointsmanError("the key cannot be read")]
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert standing.messages()["deploy:2"].endswith("done on 4 hosts")


def test_what_is_left_behind_is_read_again_and_status_knows_what_runs_there(standing: Line) -> None:
    standing.fleet = fleet_of(names(4), ((*PRODUCTION, "strategy"), {"unreachable": "skipped"}))
    standing.backend.machine("web4").reachable = False
    standing.apps.before = lambda _asks: setattr(standing.backend.machine("web4"), "reachable", True)
    deploy = standing.deploy("1.4.2")
    assert standing.view(deploy).hosts[-1].found == OLD
    view = standing.board.service(TARGET.service)
    assert isinstance(view, ServiceView)
    assert [(host.name, host.release) for host in view.targets[0].drifted] == [("web4", release("1.4.1"))]


def test_a_cloud_that_cannot_be_read_at_the_end_is_said_and_undoes_nothing(standing: Line) -> None:
    def look(_target: Target) -> None:
        raise CloudDenied("ec2:DescribeInstances", "AWS does not allow it")

    gate = standing.backend.hang("web2", Step.INSTALL)
    deploy = standing.begin("1.4.2")
    eventually(lambda: standing.view(deploy).hosts[1].state is HostState.CHANGING, timeout=60)
    standing.engine.sites.look = look
    gate.set()
    assert standing.ended(deploy.id).state is DeployState.SUCCEEDED
    ((name, detail),) = told(standing, deploy)
    assert name == "Late hosts"
    assert detail.startswith("whether hosts joined meanwhile could not be looked for: ec2:DescribeInstances")
