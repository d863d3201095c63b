"""A step that a crash cut off is run once more: stages and the way back begin from the rows and the hosts."""

import pytest

from bot.engine.goback import GoBack
from bot.engine.stages import Stages
from bot.model import DeployKind, HostState, StageState, Step
from bot.records import Deploy, DeployView
from tests.building import a_plan, fleet_of, names, release
from tests.engine.line import Line


def parts(line: Line) -> tuple[Stages, GoBack]:
    """Another process' stages and way back, on the same rows and hosts."""
    other = line.another_engine(line.engine.outside)
    return other.stages, other.back


def opened(line: Line, kind: DeployKind = DeployKind.DEPLOY, ref: str = "1.4.2") -> Deploy:
    deploy = line.journal.open(a_plan(4, kind, ref), "U0ANA")
    assert deploy is not None
    return deploy


def known(view: DeployView) -> tuple[object, ...]:
    """All but when a stage ended."""
    return view.hosts, [(stage.name, stage.state, stage.detail, stage.started_at) for stage in view.stages]


def test_a_second_preflight_keeps_what_stood_there_first(standing: Line) -> None:
    stages, _ = parts(standing)
    deploy = opened(standing)
    assert stages.run(deploy.id, 0)
    before = known(standing.view(deploy))
    standing.backend.machine("web1").current = release("1.4.2").sha
    assert stages.run(deploy.id, 0)
    assert known(standing.view(deploy)) == before


@pytest.mark.parametrize("fails", [False, True])
def test_a_batch_that_is_run_again_finds_out_how_it_went(standing: Line, fails: bool) -> None:
    if fails:
        standing.backend.fail("web1", Step.TEST, tail="1 != 2")
    stages, _ = parts(standing)
    deploy = opened(standing)
    stages.run(deploy.id, 0)
    assert stages.run(deploy.id, 1) is not fails
    before, ran = known(standing.view(deploy)), list(standing.backend.machine("web1").ran)
    assert parts(standing)[0].run(deploy.id, 1) is not fails
    assert known(standing.view(deploy)) == before
    assert standing.backend.machine("web1").ran == ran


def test_going_back_again_restores_the_same_hosts_and_says_it_once(standing: Line) -> None:
    stages, back = parts(standing)
    deploy = opened(standing)
    standing.backend.fail("web2", Step.TEST)
    assert [stages.run(deploy.id, position) for position in range(3)] == [True, True, False]
    wanted = back.plan(deploy.id)
    assert wanted == {release("1.4.1").sha: ["web1"]}
    back.run(deploy.id, wanted)
    before = known(standing.view(deploy))
    back.run(deploy.id, wanted)
    assert known(standing.view(deploy)) == before
    assert [host.state for host in standing.view(deploy).hosts[:2]] == [HostState.RESTORED, HostState.UNCHANGED]
    assert standing.view(deploy).stages[-1].detail == "the old release runs again on web1"


def test_a_way_back_that_fails_for_one_host_tells_which_and_why(standing: Line) -> None:
    stages, back = parts(standing)
    deploy = opened(standing)
    for position in range(3):
        assert stages.run(deploy.id, position)
    standing.backend.machine("web2").reachable = False
    back.run(deploy.id, back.plan(deploy.id))
    view = standing.view(deploy)
    assert [host.state.value for host in view.hosts] == ["restored", "unknown", "waiting", "waiting"]
    assert (view.stages[-1].name, view.stages[-1].state) == ("Rollback", StageState.ERROR)
    assert view.stages[-1].detail.startswith("web2: going back: no connection")


def test_hosts_go_back_each_to_what_it_ran_where_nothing_ever_succeeded(line: Line) -> None:
    for name, ref in (("web1", "1.4.1"), ("web2", "1.6.0")):
        line.backend.machine(name).current = release(ref).sha
        line.backend.machine(name).releases = [release(ref).sha]
    stages, back = parts(line)
    deploy = line.journal.open(a_plan(4, fallback=None, sizes=["100%"]), "U0ANA")
    assert deploy is not None
    line.backend.fail("web4", Step.TEST)
    assert [stages.run(deploy.id, position) for position in range(2)] == [True, False]
    back.run(deploy.id, back.plan(deploy.id))
    assert line.runs() == ["1.4.1", "1.6.0", "1.4.2", "nothing"]
    states = [host.state.value for host in line.view(deploy).hosts]
    assert states == ["restored", "restored", "healthy", "unchanged"]


def test_a_rollback_is_never_rolled_back(standing: Line) -> None:
    stages, back = parts(standing)
    deploy = standing.journal.open(a_plan(4, DeployKind.ROLLBACK, "1.4.2", None, ["100%"]), "U0ANA")
    assert deploy is not None
    standing.apps.sick.add("web1")
    assert [stages.run(deploy.id, position) for position in range(2)] == [True, False]
    assert back.plan(deploy.id) == {}


def test_pruning_never_takes_where_a_rollback_would_go(standing: Line) -> None:
    standing.fleet = fleet_of(names(4), (("services", "shop", "environments", "production", "keep"), 2))
    for ref in ("1.4.2", "1.5.0"):
        standing.deploy(ref)
    standing.apps.sick |= {release("1.6.0").sha}
    standing.deploy("1.6.0")
    kept = standing.backend.machine("web1").releases
    assert {release("1.4.2").sha, release("1.5.0").sha} <= set(kept)


def test_an_order_of_a_deploy_has_one_name_for_ever(standing: Line) -> None:
    standing.apps.sick.add(release("1.5.0").sha)
    standing.deploy("1.5.0")
    assert {order for _, order, _ in standing.backend.orders} == {"deploy-1", "deploy-2", "deploy-2-back"}
