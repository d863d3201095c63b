"""An abort while a canary is watched or waits for people, and what is asked and watched anew when it goes on."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.halt import Choice, Halt
from bot.model import DeployState, HostState, StageState
from bot.records import Approval, Decision, Deploy
from tests.building import fleet_of, names
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually


def canary(**keys: Any) -> Any:
    return fleet_of(names(4), ((*PRODUCTION, "strategy"), {"kind": "canary", **keys}))


@pytest.fixture
def still(standing: Line) -> Iterator[Line]:
    """1.4.1 stands, and so does the clock."""
    standing.clock.still = True
    yield standing
    standing.clock.still = False


def in_progress(line: Line, deploy: Deploy, position: int) -> None:
    eventually(lambda: line.view(deploy).stages[position].state is StageState.IN_PROGRESS, timeout=60)


def question(line: Line, deploy: Deploy) -> Approval:
    """For people, open."""

    def found() -> Approval | None:
        known = line.journal.approvals.newest(deploy.id)
        return known if known and known.decision is Decision.OPEN else None

    asked = eventually(found, timeout=60)
    assert asked is not None
    return asked


def aborted(line: Line, deploy: Deploy) -> Halt:
    line.moves.abort("U0BEN", str(deploy.id))
    halt = eventually(lambda: line.journal.halts.newest(deploy.id), timeout=60)
    assert halt is not None
    return halt


def test_an_approval_is_asked_for_anew(still: Line) -> None:
    still.fleet = canary(bake=None, approve=True)
    deploy = still.begin("1.4.2")
    first = question(still, deploy)
    halt = aborted(still, deploy)
    assert halt.back == ("web1",)
    decided = still.journal.approvals.newest(deploy.id)
    assert decided is not None
    assert decided.decision is Decision.ABORTED
    still.halts.choose("U0ANA", halt.button, Choice.ON)
    again = question(still, deploy)
    assert (again.position, again.voters) == (first.position, ())
    still.approvals.promote("U0BEN", f"{deploy.id}:{again.position}:{again.plan_hash}")
    assert still.ended(deploy.id).state is DeployState.SUCCEEDED
    assert still.runs() == ["1.4.2"] * 4
    assert still.orders(f"deploy-{deploy.id}") == ["web1"]


@pytest.mark.parametrize("analysis", [None, True])
def test_a_canary_is_watched_anew_from_the_beginning(still: Line, analysis: bool | None) -> None:
    """Nobody watched while people thought."""
    still.fleet = canary(bake="2m", analysis=analysis)
    deploy = still.begin("1.4.2")
    in_progress(still, deploy, 2)
    began = still.view(deploy).stages[2].started_at
    halt = aborted(still, deploy)
    assert still.view(deploy).stages[2].state is StageState.ERROR
    still.clock.moment = halt.expires_at - (halt.expires_at - halt.asked_at) / 2
    still.halts.choose("U0ANA", halt.button, Choice.ON)
    in_progress(still, deploy, 2)
    again = still.view(deploy).stages[2].started_at
    assert again is not None
    assert began is not None
    assert again >= halt.asked_at + (halt.expires_at - halt.asked_at) / 2
    assert still.journal.looks.samples.of(deploy.id, 2) == ()
    still.clock.still = False
    ended = still.ended(deploy.id)
    assert ended.state is DeployState.SUCCEEDED
    stage = still.view(deploy).stages[2]
    assert stage.finished_at is not None
    assert (stage.finished_at - again).total_seconds() >= 120


def test_the_abort_button_of_an_approval_still_means_back_and_asks_nothing_more(still: Line) -> None:
    still.fleet = canary(bake=None, approve=True)
    deploy = still.begin("1.4.2")
    asked = question(still, deploy)
    still.approvals.abort("U0BEN", f"{deploy.id}:{asked.position}:{asked.plan_hash}")
    assert still.ended(deploy.id).state is DeployState.ROLLED_BACK
    assert still.journal.halts.newest(deploy.id) is None


def test_a_health_gate_that_was_cut_short_is_passed_anew(still: Line) -> None:
    still.apps.sick.add("web1")
    deploy = still.begin("1.4.2")
    eventually(lambda: still.view(deploy).hosts[0].state is HostState.NEW, timeout=60)
    halt = aborted(still, deploy)
    assert halt.back == ("web1",)
    still.apps.sick.clear()
    still.halts.choose("U0ANA", halt.button, Choice.ON)
    still.clock.still = False
    assert still.ended(deploy.id).state is DeployState.SUCCEEDED
    assert still.orders(f"deploy-{deploy.id}-again-1") == names(4)
