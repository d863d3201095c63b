"""What a deploy bears: failed hosts, lost hosts, hosts that are down already, and how many may be away at once."""

from typing import Any

import pytest

from bot.grammar import DeployTo
from bot.model import DeployState, HostState, StageState, Step
from bot.preview import Preview
from bot.records import Deploy
from tests.building import fleet_of, names, release, said
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

BAD = release("1.4.2").sha


def strategy(line: Line, **words: Any) -> None:
    line.fleet = fleet_of(names(4), ((*PRODUCTION, "strategy"), words))


def states(line: Line, deploy: Deploy) -> dict[str, str]:
    return {host.host: host.state.value for host in line.view(deploy).hosts}


def abort(line: Line, deploy: Deploy) -> None:
    line.journal.abort(deploy.id, "U0BEN")


def first_line(line: Line, deploy: Deploy) -> str:
    return line.messages()[f"deploy:{deploy.id}"]


def test_a_tolerated_failure_is_left_behind_and_named_in_message_thread_and_status(standing: Line) -> None:
    strategy(standing, max_failures=1)
    standing.backend.fail("web2", Step.TEST, tail="1 != 2")
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert standing.runs() == ["1.4.2", "1.4.1", "1.4.2", "1.4.2"]
    told = "✓ Deploy 2 · shop 1.4.2 → production done on 3 of 4 hosts · left behind: web2"
    assert first_line(standing, deploy) == told
    assert standing.messages()["deploy:2:behind"] == f"<@U0ANA> {told}"
    shown = said(standing.blocks("deploy:2"))
    assert "Left behind: web2: test ended with status 1. Mend what failed there" in shown
    assert "`/deploy shop@1.4.2 to production/web2`" in shown


@pytest.mark.parametrize("allowed", [1, "25%", "49%"])
def test_one_failure_more_than_allowed_stops_it_and_says_how_many(standing: Line, allowed: int | str) -> None:
    strategy(standing, max_failures=allowed)
    standing.apps.sick_together |= {("web2", BAD), ("web3", BAD)}
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.ROLLED_BACK
    said_so = "web3: answered 503 in 41 ms after 30 s · 2 of 4 hosts failed, 1 allowed"
    assert deploy.reason == f"Batch 3 of 3: {said_so}"
    assert standing.runs() == ["1.4.1"] * 4


def test_a_canary_that_fails_alone_is_never_borne(standing: Line) -> None:
    strategy(standing, max_failures=3)
    standing.backend.fail("web1", Step.TEST)
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert deploy.reason == "Batch 1 of 3: web1: test ended with status 1 · no host is well on it yet"
    assert standing.runs() == ["1.4.1"] * 4


@pytest.mark.parametrize("kind", ["canary", "rolling", "all_at_once"])
def test_where_the_first_hosts_are_lost_in_mid_command_nobody_follows_them_whatever_is_skipped(
    standing: Line, kind: str
) -> None:
    strategy(standing, kind=kind, unreachable="skipped")
    for host in names(4 if kind == "all_at_once" else 1):
        standing.backend.lose(host, Step.RESTART)
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert "web1: the connection was lost in mid-command" in deploy.reason
    assert deploy.reason.endswith("no host is well on it yet")
    assert "healthy" not in states(standing, deploy).values()
    assert standing.journal.rungs(deploy.target)[-1].ref == "1.4.1", "no release is good that nobody saw well"


def test_a_canary_whose_host_left_the_fleet_file_is_not_taken_for_watched(standing: Line) -> None:
    strategy(standing, kind="canary")
    without = fleet_of(names(4)[1:], ((*PRODUCTION, "strategy"), {"kind": "canary"}))
    standing.backend.before_survey = lambda: setattr(standing, "fleet", without)
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert "there is no canary to be watched" in deploy.reason
    assert [standing.backend.machine(name).current for name in names(4)] == [release("1.4.1").sha] * 4


@pytest.mark.parametrize(("unreachable", "ends"), [("failed", "failed"), ("skipped", "succeeded")])
def test_a_host_lost_in_batch_two_counts_as_the_fleet_file_says(standing: Line, unreachable: str, ends: str) -> None:
    strategy(standing, unreachable=unreachable)
    standing.backend.lose("web2", Step.RESTART)
    deploy = standing.deploy("1.4.2")
    assert deploy.state.value == ends
    assert states(standing, deploy)["web2"] == "unknown"
    if ends == "failed":
        assert deploy.reason == "Batch 2 of 3: web2: the connection was lost in mid-command"
        assert standing.runs()[0] == "1.4.1"
    else:
        assert first_line(standing, deploy).endswith("done on 3 of 4 hosts · left behind: web2")


@pytest.mark.parametrize("borne", [{"unreachable": "skipped"}, {"max_failures": 1}])
def test_a_host_that_preflight_cannot_reach_is_left_out_where_that_is_borne(
    standing: Line, borne: dict[str, Any]
) -> None:
    strategy(standing, **borne)
    standing.backend.machine("web1").reachable = False
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert states(standing, deploy) == {
        "web2": "healthy",
        "web3": "healthy",
        "web4": "healthy",
        "web1": "skipped",
    }
    detail = standing.view(deploy).stages[0].detail
    assert detail == "3 hosts ready · left out: web1: no connection: not reachable"
    assert standing.backend.brought[3:] == [["web2"], ["web3"], ["web4"]]


def test_a_host_left_out_before_does_not_speak_against_the_release(standing: Line) -> None:
    strategy(standing, kind="all_at_once", max_failures=1)
    standing.backend.machine("web1").reachable = False
    assert standing.deploy("1.4.2").state is DeployState.SUCCEEDED


def test_where_no_host_at_all_can_be_reached_nothing_is_skipped(standing: Line) -> None:
    strategy(standing, unreachable="skipped")
    for name in names(4):
        standing.backend.machine(name).reachable = False
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert deploy.reason.startswith("Preflight: web1: no connection: not reachable; web2:")


def test_a_reachable_host_with_trouble_counts_as_failed_not_as_unreachable(standing: Line) -> None:
    strategy(standing, unreachable="skipped")
    standing.backend.machine("web4").trouble = "no room: 12 MB free"
    assert standing.deploy("1.4.2").reason == "Preflight: web4: no room: 12 MB free"


def test_what_is_down_already_goes_first_and_preflight_says_so(standing: Line) -> None:
    standing.apps.sick_together.add(("web3", release("1.4.1").sha))
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert standing.backend.brought[3:] == [["web3"], ["web1"], ["web2", "web4"]]
    assert [(host.host, host.batch) for host in standing.view(deploy).hosts][:2] == [("web3", 0), ("web1", 1)]
    assert standing.view(deploy).stages[0].detail == "4 hosts ready · down already, so first: web3"


def test_a_batch_goes_in_parts_where_not_all_of_it_may_be_away(standing: Line) -> None:
    strategy(standing, kind="all_at_once", max_unavailable=1)
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert standing.backend.brought[3:] == [["web1"], ["web2"], ["web3"], ["web4"]]
    assert set(states(standing, deploy).values()) == {"healthy"}


def test_what_is_down_already_holds_up_no_part(standing: Line) -> None:
    strategy(standing, kind="all_at_once", max_unavailable=1)
    standing.apps.sick_together |= {(name, release("1.4.1").sha) for name in ("web1", "web4")}
    assert standing.deploy("1.4.2").state is DeployState.SUCCEEDED
    assert standing.backend.brought[3:] == [["web1", "web4"], ["web2"], ["web3"]]


def test_a_host_that_fails_leaves_no_room_for_the_next(standing: Line) -> None:
    strategy(standing, kind="all_at_once", max_unavailable=1, max_failures=2)
    standing.apps.sick_together.add(("web2", BAD))
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.ROLLED_BACK
    assert deploy.reason == (
        "Batch 1 of 1: no host may be changed: web2 out of service already, and max_unavailable is 1"
    )


def test_an_abort_stops_a_batch_between_its_parts_whatever_is_tolerated(standing: Line) -> None:
    strategy(standing, kind="all_at_once", max_unavailable=1, max_failures=4)
    gate = standing.backend.hang("web2", Step.INSTALL)
    deploy = standing.begin("1.4.2")
    eventually(lambda: standing.view(deploy).hosts[1].state is HostState.CHANGING, timeout=60)
    standing.journal.abort(deploy.id, "U0BEN")
    ended = standing.ended(deploy.id)
    gate.set()
    assert ended.state is DeployState.ROLLED_BACK
    assert ended.reason.startswith("Batch 1 of 1: aborted by <@U0BEN>: web2: ")
    assert standing.runs() == ["1.4.1"] * 4
    assert not standing.orders(f"deploy-{deploy.id}")[2:]


def test_an_abort_between_two_parts_of_the_last_batch_begins_no_more_of_it(standing: Line) -> None:
    health = {"http": "http://{name}:8080/healthz", "successes": 1, "again": "0s"}
    words = {"kind": "all_at_once", "max_unavailable": 1}
    standing.fleet = fleet_of(names(4), ((*PRODUCTION, "strategy"), words), ((*PRODUCTION, "health"), health))
    gate = standing.backend.hang("web2", Step.RESTART)
    deploy = standing.begin("1.4.2")
    eventually(lambda: standing.view(deploy).hosts[1].step is Step.RESTART, timeout=60)
    standing.apps.before = lambda _asks: abort(standing, deploy)
    gate.set()
    ended = standing.ended(deploy.id)
    assert ended.reason == "Batch 1 of 1: aborted by <@U0BEN>: not begun on web3, web4"
    assert standing.runs() == ["1.4.1"] * 4


def test_a_batch_that_is_run_again_goes_on_with_the_part_that_was_not_dealt_with(standing: Line) -> None:
    strategy(standing, kind="all_at_once", max_unavailable=1)
    seen = standing.previews.of(DeployTo("shop", "production", "1.4.2"))
    assert isinstance(seen, Preview)
    deploy = standing.journal.open(seen.plan, "U0ANA")
    assert deploy is not None
    assert standing.engine.stages.run(deploy.id, 0)
    standing.backend.raises["bring"] = [None, None, ZeroDivisionError()]  # what ends a step without an end
    with pytest.raises(ZeroDivisionError):
        standing.engine.stages.run(deploy.id, 1)
    assert list(states(standing, deploy).values()) == ["healthy", "healthy", "waiting", "waiting"]
    assert standing.engine.stages.run(deploy.id, 1)
    assert standing.backend.brought[3:] == [["web1"], ["web2"], ["web3"], ["web4"]]
    assert standing.view(deploy).stages[1].state is StageState.COMPLETE


def test_a_rollback_bears_as_much_as_a_deploy(standing: Line) -> None:
    strategy(standing, unreachable="skipped")
    standing.deploy("1.4.2")
    standing.backend.machine("web4").reachable = False
    begun = standing.moves.roll_back("U0BEN", "shop", None, "production")
    assert isinstance(begun, Deploy)
    assert standing.ended(begun.id).state is DeployState.SUCCEEDED
    assert standing.runs() == ["1.4.1", "1.4.1", "1.4.1", "1.4.2"]
