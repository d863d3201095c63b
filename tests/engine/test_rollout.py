import pytest

from bot.model import DeployState, HostState, Step
from bot.records import Deploy
from tests.building import fleet_of, names, release, texts
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

BAD = release("1.5.0").sha


def states(line: Line, deploy: Deploy) -> list[str]:
    return [host.state.value for host in line.view(deploy).hosts]


def stages(line: Line, deploy: Deploy) -> list[tuple[str, str]]:
    return [(stage.name, stage.state.value) for stage in line.view(deploy).stages]


def first_line(line: Line, deploy: Deploy) -> str:
    return line.messages()[f"deploy:{deploy.id}"]


def test_a_good_release_goes_through_batch_by_batch(standing: Line) -> None:
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert standing.runs() == ["1.4.2"] * 4
    assert states(standing, deploy) == ["healthy"] * 4
    assert stages(standing, deploy) == [
        (name, "complete") for name in ("Preflight", "Batch 1 of 3", "Batch 2 of 3", "Batch 3 of 3")
    ]
    assert first_line(standing, deploy) == "✓ Deploy 2 · shop 1.4.2 → production done on 4 hosts"
    assert standing.orders("deploy-2") == names(4)
    assert "deploy:2:failed" not in standing.messages()


def test_each_host_knows_what_ran_before_and_how_fast_it_was_well(standing: Line) -> None:
    deploy = standing.deploy("1.4.2")
    for host in standing.view(deploy).hosts:
        assert host.before == release("1.4.1").sha
        assert host.healthy_after is not None


def test_a_failed_test_in_the_first_batch_changes_nothing(standing: Line) -> None:
    standing.backend.fail("web1", Step.TEST, tail="AssertionError: 1 != 2")
    deploy = standing.deploy("1.5.0", user="U0BEN")
    assert deploy.state is DeployState.FAILED
    assert standing.runs() == ["1.4.1"] * 4
    assert states(standing, deploy) == ["unchanged", "waiting", "waiting", "waiting"]
    assert first_line(standing, deploy) == (
        "✗ Deploy 2 · shop 1.5.0 → production failed at Batch 1 of 3: web1: test ended with status 1"
        " · the old release runs on, no host was changed"
    )
    assert standing.messages()["deploy:2:failed"].startswith("<@U0BEN> ✗ Deploy 2")
    assert "AssertionError: 1 != 2" in "".join(texts(standing.blocks("deploy:2:failed")))
    assert standing.orders("deploy-2-back") == []


def test_failed_health_in_the_second_batch_rolls_every_changed_host_back_to_the_last_good(standing: Line) -> None:
    standing.apps.sick_together.add(("web2", BAD))
    deploy = standing.deploy("1.5.0")
    assert deploy.state is DeployState.ROLLED_BACK
    assert deploy.reason == "Batch 2 of 3: web2: answered 503 in 41 ms after 30 s"
    assert standing.orders("deploy-2-back") == ["web1", "web2"]
    assert states(standing, deploy) == ["restored", "restored", "waiting", "waiting"]
    assert standing.runs() == ["1.4.1"] * 4


def test_a_release_that_is_never_well_is_rolled_back_and_says_why(standing: Line) -> None:
    standing.apps.sick.add(BAD)
    deploy = standing.deploy("1.5.0")
    assert deploy.state is DeployState.ROLLED_BACK
    assert states(standing, deploy) == ["restored", "waiting", "waiting", "waiting"]
    assert stages(standing, deploy) == [
        ("Preflight", "complete"),
        ("Batch 1 of 3", "error"),
        ("Batch 2 of 3", "pending"),
        ("Batch 3 of 3", "pending"),
        ("Rollback", "complete"),
    ]
    assert first_line(standing, deploy) == (
        "↩ Deploy 2 · shop 1.5.0 → production failed at Batch 1 of 3: web1: answered 503 in 41 ms after 30 s"
        " · rolled back to 1.4.1 on 1 host · locked"
    )


def test_the_way_back_is_the_last_that_fully_succeeded_not_the_last_one_tried(standing: Line) -> None:
    standing.apps.sick |= {BAD, release("1.6.0").sha}
    standing.deploy("1.5.0")
    standing.locks.unlock("U0ANA", "shop", "production")
    deploy = standing.deploy("1.6.0")
    assert deploy.plan.fallback == release("1.4.1")
    assert standing.runs() == ["1.4.1"] * 4


def test_a_rollback_that_fails_says_which_host_to_look_at(standing: Line) -> None:
    standing.apps.sick.add("web1")
    deploy = standing.deploy("1.5.0")
    assert deploy.state is DeployState.FAILED
    assert states(standing, deploy)[0] == "unknown"
    assert stages(standing, deploy)[-1] == ("Rollback", "error")
    assert first_line(standing, deploy).endswith(" · 1 host not brought back: web1 · locked")
    shown = "\n".join(texts(standing.blocks(f"deploy:{deploy.id}")))
    assert ":warning: Look at web1 first" in shown
    assert "going back: answered 503 in 41 ms after 30 s" in shown


def test_a_host_lost_in_the_middle_is_unknown_and_the_deploy_fails(standing: Line) -> None:
    standing.backend.lose("web3", Step.RESTART)
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert standing.view(deploy).hosts[2].state is HostState.UNKNOWN
    assert deploy.reason == "Batch 3 of 3: web3: the connection was lost in mid-command"
    assert standing.runs()[:2] == ["1.4.1", "1.4.1"]
    assert standing.runs()[3] == "1.4.1"


def test_a_host_that_preflight_cannot_reach_keeps_every_host_untouched(standing: Line) -> None:
    standing.backend.machine("web4").reachable = False
    standing.backend.machine("web2").trouble = "no room: 12 MB free"
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert deploy.reason == "Preflight: web2: no room: 12 MB free; web4: no connection: not reachable"
    assert states(standing, deploy) == ["waiting"] * 4
    assert standing.orders("deploy-2") == []
    assert stages(standing, deploy)[1:] == [(f"Batch {number} of 3", "pending") for number in (1, 2, 3)]


def test_a_first_deploy_that_fails_has_nothing_to_go_back_to_and_says_so(line: Line) -> None:
    line.apps.sick_together.add(("web2", release("1.4.2").sha))
    deploy = line.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert stages(line, deploy)[-1] == ("Batch 3 of 3", "pending")
    assert line.orders("deploy-1-back") == []
    assert first_line(line, deploy).endswith(" · 2 hosts not brought back: web1, web2")


def test_a_first_deploy_whose_test_fails_does_not_speak_of_an_old_release(line: Line) -> None:
    line.backend.fail("web1", Step.TEST)
    assert first_line(line, line.deploy("1.4.2")).endswith(" · no host was changed")


def test_hosts_that_ran_something_before_the_bot_came_go_back_to_that(line: Line) -> None:
    for name in ("web1", "web2"):
        line.backend.machine(name).current = release("1.4.1").sha
        line.backend.machine(name).releases = [release("1.4.1").sha]
    line.apps.sick.add(BAD)
    deploy = line.deploy("1.5.0")
    assert deploy.state is DeployState.ROLLED_BACK
    assert line.runs() == ["1.4.1", "1.4.1", "nothing", "nothing"]
    assert first_line(line, deploy).endswith(f" · rolled back to {release('1.4.1').short} on 1 host · locked")


def test_the_same_release_again_is_restarted_and_watched(standing: Line) -> None:
    deploy = standing.deploy("1.4.1")
    assert deploy.state is DeployState.SUCCEEDED
    assert standing.backend.machine("web1").ran[-1] == (Step.RESTART, release("1.4.1").sha)
    assert standing.backend.machine("web1").ran.count((Step.INSTALL, release("1.4.1").sha)) == 1


def test_all_at_once_is_one_batch(line: Line) -> None:
    line.fleet = fleet_of(names(3), ((*PRODUCTION, "strategy"), {"kind": "all_at_once"}))
    deploy = line.deploy("1.4.2")
    assert stages(line, deploy) == [("Preflight", "complete"), ("Batch 1 of 1", "complete")]


def test_a_host_that_leaves_the_fleet_file_in_mid_deploy_is_left_out_and_named(standing: Line) -> None:
    gate = standing.backend.hang("web2", Step.FETCH)
    deploy = standing.begin("1.4.2")
    eventually(lambda: standing.view(deploy).hosts[1].state is HostState.CHANGING, timeout=60)
    standing.fleet = fleet_of(["web1", "web2", "web4"])
    gate.set()
    ended = standing.ended(deploy.id)
    assert ended.state is DeployState.SUCCEEDED
    assert states(standing, deploy) == ["healthy", "healthy", "left", "healthy"]
    assert standing.backend.machine("web3").current == release("1.4.1").sha
    assert first_line(standing, ended) == "✓ Deploy 2 · shop 1.4.2 → production done on 3 hosts"
    assert "web3 · no longer in the fleet file" in "\n".join(texts(standing.blocks("deploy:2")))


def test_a_changed_host_that_left_the_fleet_file_holds_up_no_other_from_going_back(standing: Line) -> None:
    gate = standing.backend.hang("web2", Step.TEST)
    deploy = standing.begin("1.4.2")
    eventually(lambda: standing.view(deploy).hosts[1].step is Step.TEST, timeout=60)
    standing.fleet = fleet_of(["web2", "web3", "web4"])
    standing.apps.sick.add("web2")
    gate.set()
    ended = standing.ended(deploy.id)
    assert ended.state is DeployState.FAILED
    hosts = standing.view(deploy).hosts
    assert hosts[0].detail == "going back: is no longer in the fleet file"
    assert standing.orders(f"deploy-{deploy.id}-back") == ["web2"]
    assert first_line(standing, ended).endswith(" · 2 hosts not brought back: web1, web2 · locked")


@pytest.mark.parametrize("sick", [["web1"], ["web3"], ["web1", "web2", "web3", "web4"]])
@pytest.mark.parametrize("kind", ["all_at_once", "rolling", "canary"])
def test_the_health_of_an_old_release_that_was_broken_already_never_blocks_its_fix(
    standing: Line, sick: list[str], kind: str
) -> None:
    standing.fleet = fleet_of(names(4), ((*PRODUCTION, "strategy"), {"kind": kind}))
    standing.apps.sick_together |= {(host, release("1.4.1").sha) for host in sick}
    assert standing.deploy("1.4.2").state is DeployState.SUCCEEDED
    assert standing.runs() == ["1.4.2"] * 4
