"""A deploy waits for CI: for what is pending as long as the fleet file says, for a failure not at all."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.ci import CommitCheck
from bot.errors import ChecksAway, ChecksBusy, ChecksRefused
from bot.fleet import Fleet
from bot.grammar import DeployTo
from bot.model import DeployState, Stage, StageState
from bot.plan.stages import lay_out
from bot.preview import Preview
from bot.records import Deploy, StageKind
from bot.refusals import Reason, Refusal
from bot.trail import What
from tests.building import a_plan, fleet_of, names, release, said
from tests.engine.dying import Killed
from tests.engine.line import Line, line_on
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

GREEN, RED = CommitCheck("build", "success"), CommitCheck("build", "failure", "https://ci.example.com/7")
RUNNING = CommitCheck("build", "in_progress", "https://ci.example.com/7")
SHA = release("1.4.2").sha


def requiring(value: Any = True, *more: tuple[Any, Any]) -> Fleet:
    return fleet_of(names(2), ((*PRODUCTION, "require_checks"), value), *more)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """1.4.1 stands; from now on CI must have passed what is deployed. Nothing has reported on 1.4.2."""
    with line_on(tmp_path, fleet_of(names(2))) as made:
        made.deploy("1.4.1")
        made.fleet = requiring()
        yield made
        made.clock.still = False


def stage(line: Line, deploy: Deploy) -> Stage:
    return line.view(deploy).stages[0]


def turns(line: Line, *checks: CommitCheck, at: int) -> None:
    """What CI says of 1.4.2 from the n-th question on."""

    def change(number: int) -> None:
        if number == at:
            line.builds.said["1.4.2"] = checks

    line.builds.before = change


def refusal(found: object) -> Refusal:
    assert isinstance(found, Refusal), found
    return found


def test_a_passed_commit_is_deployed_and_the_stage_names_what_passed(line: Line) -> None:
    line.builds.said["1.4.2"] = (GREEN,)
    deploy = line.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert [one.name for one in line.view(deploy).stages[:2]] == ["CI checks", "Preflight"]
    assert (stage(line, deploy).state, stage(line, deploy).detail) == (StageState.COMPLETE, "build passed")
    assert set(line.builds.asked) == {("https://github.com/acme/shop.git", SHA)}


def test_a_failed_check_is_refused_before_anything_is_written(line: Line) -> None:
    line.builds.said["1.4.2"] = (RED, CommitCheck("lint", "in_progress"))
    before = line.messages()
    found = refusal(line.ask("1.4.2"))
    assert (found.reason, found.name, found.checks) == (Reason.CHECKS_FAILED, "1.4.2", (RED,))
    assert line.messages() == before
    assert [one.release.name for one in line.journal.deploys.recent(5)] == ["1.4.1"]


def test_a_check_that_still_runs_is_waited_for_and_shown(line: Line) -> None:
    line.builds.said["1.4.2"] = (RUNNING,)
    line.clock.still = True
    deploy = line.begin("1.4.2")
    eventually(lambda: "waits for" in stage(line, deploy).detail)
    assert stage(line, deploy).state is StageState.IN_PROGRESS
    assert "waits for" in said(line.blocks(f"deploy:{deploy.id}"))
    assert line.runs() == ["1.4.1"] * 2
    line.builds.said["1.4.2"] = (GREEN,)
    line.clock.still = False
    assert line.ended(deploy.id).state is DeployState.SUCCEEDED
    assert line.runs() == ["1.4.2"] * 2


def test_what_turns_red_stops_the_deploy_before_any_host(line: Line) -> None:
    line.builds.said["1.4.2"] = (RUNNING,)
    turns(line, RED, at=4)
    deploy = line.deploy("1.4.2")
    assert (deploy.state, deploy.reason) == (
        DeployState.FAILED,
        "CI checks: <https://ci.example.com/7|build>: failure",
    )
    assert line.orders(f"deploy-{deploy.id}") == []
    assert line.view(deploy).lock is None  # nothing was rolled back, so nobody has to look first


@pytest.mark.parametrize(
    ("value", "checks", "waited", "reason"),
    [
        (True, (RUNNING,), 600, "<https://ci.example.com/7|build> still pending after 10 min"),
        ({"within": "90s"}, (RUNNING,), 90, "<https://ci.example.com/7|build> still pending after 90 s"),
        ({"names": ["e2e"], "within": "90s"}, (GREEN,), 90, "e2e not reported (those that did: build) after 90 s"),
        (True, (), 60, "no check has reported on this commit after 60 s"),
        ({"within": "30s"}, (), 30, "no check has reported on this commit after 30 s"),
    ],
)
def test_waiting_has_a_deadline_and_nothing_at_all_is_no_success(
    line: Line, value: Any, checks: tuple[CommitCheck, ...], waited: float, reason: str
) -> None:
    line.fleet = requiring(value)
    line.builds.said["1.4.2"] = checks
    before = line.clock.now()
    deploy = line.deploy("1.4.2")
    assert (deploy.state, deploy.reason) == (DeployState.FAILED, f"CI checks: {reason}")
    assert line.clock.now() - before == timedelta(seconds=waited)
    assert line.runs() == ["1.4.1"] * 2


def test_it_asks_seldom_and_more_seldom_as_time_goes_by(line: Line) -> None:
    line.builds.said["1.4.2"] = (RUNNING,)
    moments = []
    line.builds.before = lambda _: moments.append(line.clock.now())
    line.deploy("1.4.2")
    pauses = [(after - before).total_seconds() for before, after in pairwise(moments[1:])]
    assert pauses[:5] == [5, 7.5, 11.25, 16.875, 20]
    assert max(pauses) == 20
    assert len(moments) < 40


def test_only_the_names_that_are_required_count(line: Line) -> None:
    line.fleet = requiring({"names": ["build"]})
    line.builds.said["1.4.2"] = (GREEN, CommitCheck("flaky", "failure"), CommitCheck("slow", "queued"))
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED


def test_what_cannot_be_read_is_refused_with_its_reason(line: Line) -> None:
    line.builds.trouble = [ChecksRefused("api.github.com answered 401: GITHUB_TOKEN is not accepted, make a new one")]
    found = refusal(line.ask("1.4.2"))
    assert found.reason is Reason.CHECKS_UNREADABLE
    assert found.detail.endswith("GITHUB_TOKEN is not accepted, make a new one")


def test_what_cannot_be_read_for_a_moment_is_asked_again(line: Line) -> None:
    line.builds.said["1.4.2"] = (GREEN,)
    line.builds.trouble = [ChecksAway("away"), ChecksAway("away"), ChecksAway("away")]
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    assert len(line.builds.asked) == 4


def test_a_server_that_was_asked_too_often_is_left_alone_as_long_as_it_says(line: Line) -> None:
    line.builds.said["1.4.2"] = (GREEN,)
    line.builds.trouble = [ChecksBusy("too often", 90), ChecksBusy("too often", 90)]
    before = line.clock.now()
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    assert line.clock.now() - before >= timedelta(seconds=90)
    assert len(line.builds.asked) == 3


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ([ChecksAway("x answered 503")] * 99, "CI checks: CI could not be read after 10 min: x answered 503"),
        ([ChecksAway("x"), ChecksRefused("x answered <403>")], "CI checks: x answered &lt;403&gt;"),
    ],
)
def test_what_stays_unreadable_keeps_the_gate_closed(line: Line, trouble: list[Any], reason: str) -> None:
    line.builds.said["1.4.2"] = (GREEN,)
    line.builds.trouble = trouble
    deploy = line.deploy("1.4.2")
    assert (deploy.state, deploy.reason) == (DeployState.FAILED, reason)
    assert line.runs() == ["1.4.1"] * 2


def test_an_abort_ends_the_wait(line: Line) -> None:
    line.builds.said["1.4.2"] = (RUNNING,)
    line.clock.still = True
    deploy = line.begin("1.4.2")
    eventually(lambda: "waits for" in stage(line, deploy).detail)
    line.moves.abort("U0BEN", str(deploy.id))
    ended = line.ended(deploy.id)
    assert ended.reason == "CI checks: aborted by <@U0BEN>: they were not waited for to the end"
    assert line.runs() == ["1.4.1"] * 2


def test_an_abort_does_not_wait_for_a_server_that_hangs(line: Line) -> None:
    gate = threading.Event()
    line.builds.before = lambda number: number > 1 and gate.wait(60)
    line.builds.said["1.4.2"] = (GREEN,)
    deploy = line.begin("1.4.2")
    eventually(lambda: len(line.builds.asked) == 2)
    line.moves.abort("U0BEN", str(deploy.id))
    assert line.ended(deploy.id).reason.startswith("CI checks: aborted by <@U0BEN>")
    gate.set()


def test_a_forced_deploy_does_not_ask_says_so_loudly_and_is_kept(line: Line) -> None:
    line.builds.said["1.4.2"] = (RED,)
    deploy = line.desk.ask("U0ANA", DeployTo("shop", "production", "1.4.2", force="customers cannot pay"))
    assert isinstance(deploy, Deploy), deploy
    assert line.ended(deploy.id).state is DeployState.SUCCEEDED
    past = f"CI checks of {SHA[:7]}: customers cannot pay"
    assert deploy.forced == past
    assert stage(line, deploy).detail == "passed by force: nobody asked CI"
    assert line.messages()[f"deploy:{deploy.id}:forced"].endswith(f"past {past}")
    rows = [row for row in line.journal.audit.newest(20) if row.fields["what"] == What.DEPLOY_FORCED]
    assert [row.fields["why"] for row in rows] == [past]
    assert line.builds.asked == []


def test_who_may_not_force_is_not_let_past_ci(line: Line) -> None:
    line.fleet = requiring(True, (("access",), {"production": {"force": ["@leads"]}}))
    found = refusal(line.desk.ask("U0EVE", DeployTo("shop", "production", "1.4.2", force="")))
    assert (found.reason, found.known) == (Reason.MAY_NOT_FORCE, ("@leads",))


def test_a_rollback_does_not_ask_ci(line: Line) -> None:
    line.builds.said["1.4.2"] = (GREEN,)
    line.deploy("1.4.2")
    line.builds.asked.clear()
    back = line.moves.roll_back("U0ANA", "shop", None, None)
    assert isinstance(back, Deploy)
    assert line.ended(back.id).state is DeployState.SUCCEEDED
    assert line.builds.asked == []
    assert StageKind.CHECKS not in {one.kind for one in back.plan.stages}


def test_a_fleet_file_that_asks_for_nothing_any_more_lets_it_go(line: Line) -> None:
    line.builds.said["1.4.2"] = (RUNNING,)

    def change(number: int) -> None:
        line.fleet = fleet_of(names(2)) if number == 1 else line.fleet

    line.builds.before = change
    deploy = line.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert stage(line, deploy).detail == "the fleet file no longer asks for them"


def test_a_wait_that_was_cut_off_goes_on_from_where_it_was(line: Line) -> None:
    line.builds.said["1.4.2"] = (RUNNING,)
    plan = replace(a_plan(2), stages=lay_out(a_plan(2).batches, checks=True))
    deploy = line.journal.open(plan, "U0ANA")
    assert deploy is not None

    def die(number: int) -> None:
        if number == 5:
            raise Killed

    line.builds.before = die
    with pytest.raises(Killed):
        line.another_engine(line.engine.outside).stages.run(deploy.id, 0)
    since = stage(line, deploy).started_at
    assert since is not None
    line.clock.moment = since + timedelta(minutes=9)
    assert not line.another_engine(line.engine.outside).stages.run(deploy.id, 0)
    assert stage(line, deploy).detail.endswith("still pending after 10 min")
    assert line.clock.now() == since + timedelta(minutes=10)


def test_a_plan_says_how_ci_stands(line: Line) -> None:
    line.builds.said["1.4.2"] = (RED,)
    preview = line.previews.of(DeployTo("shop", "production", "1.4.2"))
    assert isinstance(preview, Preview)
    assert preview.plan.stages[0].kind is StageKind.CHECKS
    assert preview.ci is not None
    assert preview.ci.checks == (RED,)
    line.fleet = fleet_of(names(2))
    preview = line.previews.of(DeployTo("shop", "production", "1.4.2"))
    assert isinstance(preview, Preview)
    assert preview.ci is None
