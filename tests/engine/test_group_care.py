"""Instances of an Auto Scaling group: in standby while they are changed, and the group stands still for no longer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.group_care import PROCESSES
from bot.errors import CloudAway, CloudDenied
from bot.model import DeployState, Step
from tests.building import a_plan, names
from tests.engine.dying import Killed
from tests.engine.line import Line
from tests.engine.resting import GROUPED, Grouped
from tests.waiting import eventually

ALL_IN = dict.fromkeys(names(4), "InService")


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Grouped]:
    """1.4.1 stands on four."""
    made = Grouped(tmp_path, GROUPED)
    made.launch()
    assert made.deploy("1.4.1").state is DeployState.SUCCEEDED
    is_free(made)
    made.scaled.log.clear()
    made.scaled.wanted.clear()
    made.touched().states.clear()
    made.touched().still.clear()
    yield made
    made.stop()


def replies(line: Line) -> list[str]:
    return [text for key, text in line.messages().items() if " shop" in key]


def is_free(line: Grouped) -> None:
    """Soon after a deploy has ended."""
    eventually(lambda: (line.scaled.suspended, line.scaled.members) == (set(), ALL_IN))
    assert line.scaled.desired == 4


def test_each_batch_is_in_standby_while_it_is_changed_and_the_group_stands_still(line: Grouped) -> None:
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    assert line.runs() == ["1.4.2"] * 4
    assert line.touched().states == [(name, "Standby") for name in names(4)]
    assert set(line.touched().still) == {len(PROCESSES)}
    is_free(line)
    acts = [("rest", ["web1"]), ("recall", ["web1"]), ("rest", names(4)[1:]), ("recall", names(4)[1:])]
    assert line.scaled.log == [("suspend", list(PROCESSES)), *acts, ("resume", sorted(PROCESSES))]


def test_what_people_have_suspended_stays_so(line: Grouped) -> None:
    line.scaled.suspended = {"AZRebalance", "Launch"}
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    eventually(lambda: line.scaled.suspended == {"AZRebalance", "Launch"})


def test_whoever_was_put_into_standby_by_hand_stays_there(line: Grouped) -> None:
    line.scaled.members["web2"] = "Standby"
    line.scaled.desired = 3
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    assert line.runs() == ["1.4.2"] * 4
    assert line.scaled.members == {**ALL_IN, "web2": "Standby"}


@pytest.mark.parametrize(("least", "resting"), [(4, 0), (3, 1), (2, 2), (1, 3)])
def test_the_group_never_wants_fewer_than_it_must(line: Grouped, least: int, resting: int) -> None:
    line.scaled.least = least
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    assert line.runs() == ["1.4.2"] * 4
    is_free(line)
    assert min(line.scaled.wanted) >= least
    assert [len(names) for act, names in line.scaled.log if act == "rest"][-1:] == ([resting] if resting else [])
    assert set(line.touched().still) == {len(PROCESSES)}


def test_a_failed_batch_rests_until_the_rollback_has_made_it_well(line: Grouped) -> None:
    line.apps.sick.add(line.source.resolve("", "1.4.2"))
    assert line.deploy("1.4.2").state is DeployState.ROLLED_BACK
    is_free(line)
    assert [act for act, _ in line.scaled.log] == ["suspend", "rest", "recall", "resume"]
    assert line.touched().states == [("web1", "Standby")] * 2


def test_whoever_is_not_well_at_the_end_stays_in_standby_and_that_is_said_once(line: Grouped) -> None:
    line.apps.sick.add("web1")
    assert line.deploy("1.4.2").state is DeployState.FAILED
    for _ in range(2):
        line.engine.group_care.tidy()
    assert line.scaled.members == {**ALL_IN, "web1": "Standby"}
    eventually(lambda: line.scaled.suspended == set())
    assert replies(line) == ["web1 stays in standby of the Auto Scaling group shop: not well"]
    line.apps.sick.clear()
    later = line.journal.open(a_plan(4, ref="1.4.3"), "U0ANA")
    assert later is not None
    line.rollout.start(later.id)
    assert line.ended(later.id).state is DeployState.SUCCEEDED
    is_free(line)


def test_a_group_that_cannot_be_let_go_is_tried_again_and_both_are_said(line: Grouped) -> None:
    line.scaled.trouble["resume"] = CloudAway("autoscaling:ResumeProcesses", "no answer")
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    (said,) = eventually(lambda: replies(line))
    assert line.scaled.suspended == set(PROCESSES)
    assert said.startswith("Auto Scaling group shop is still held: AZRebalance, AlarmNotification")
    for _ in range(2):
        line.engine.group_care.tidy()
    assert replies(line) == [said, "Auto Scaling group shop is no longer held: it does all by itself again"]
    is_free(line)


@pytest.mark.parametrize("call", ["read", "suspend", "rest"])
def test_a_group_that_cannot_be_held_stops_the_deploy_before_anything_is_changed(line: Grouped, call: str) -> None:
    line.scaled.trouble[call] = CloudDenied(f"autoscaling:{call}", "AWS does not allow it")
    deploy = line.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert f"autoscaling:{call}: AWS does not allow it" in deploy.reason
    assert line.runs() == ["1.4.1"] * 4
    is_free(line)


def test_an_instance_that_cannot_be_taken_back_counts_as_unwell_and_is_taken_back_by_the_rollback(
    line: Grouped,
) -> None:
    line.scaled.trouble["recall"] = CloudAway("autoscaling:ExitStandby", "no answer")
    deploy = line.deploy("1.4.2")
    assert "it stays in standby of its Auto Scaling group: autoscaling:ExitStandby: no answer" in deploy.reason
    is_free(line)


def test_trouble_of_the_whole_backend_puts_the_instances_back(line: Grouped) -> None:
    line.backend.raises["bring"] = [CloudAway("ssm:SendCommand", "no answer")]
    assert line.deploy("1.4.2").state is DeployState.FAILED
    is_free(line)


@pytest.mark.parametrize("when", ["trouble", "after"])
@pytest.mark.parametrize("call", ["suspend", "rest", "recall", "resume"])
def test_a_bot_that_dies_anywhere_lets_the_group_go_in_the_end(line: Grouped, call: str, when: str) -> None:
    deploy = line.journal.open(a_plan(4), "U0ANA")
    assert deploy is not None
    kills = line.scaled.trouble if when == "trouble" else line.scaled.after
    assert line.engine.stages.run(deploy.id, 0)
    kills[call] = Killed()
    died = False
    for position in (1, 2, 3):
        try:
            line.engine.stages.run(deploy.id, position)
        except Killed:
            died = True
            line.engine = line.another_engine(line.engine.outside)
            assert line.engine.stages.run(deploy.id, position)
    line.journal.close(deploy.id)
    while line.scaled.suspended:
        try:
            line.engine.group_care.tidy()
        except Killed:
            died = True
            line.engine = line.another_engine(line.engine.outside)
    line.engine.group_care.tidy()
    assert died
    assert line.runs() == ["1.4.2"] * 4
    is_free(line)


def test_a_deploy_that_runs_keeps_what_it_holds(line: Grouped) -> None:
    deploy = line.journal.open(a_plan(4), "U0ANA")
    assert deploy is not None
    assert [line.engine.stages.run(deploy.id, position) for position in (0, 1)] == [True, True]
    line.engine.group_care.tidy()
    assert line.scaled.suspended == set(PROCESSES)
    line.backend.fail("web2", Step.TEST)
    assert not line.engine.stages.run(deploy.id, 2)
    line.journal.close(deploy.id)
    line.engine.group_care.tidy()
    is_free(line)


def test_without_auto_scaling_one_that_is_named_is_said_to_be_unknown(tmp_path: Path) -> None:
    made = Line(tmp_path, GROUPED)
    made.launch()
    assert "no Auto Scaling is known for shop" in made.deploy("1.4.1").reason
    made.stop()
