"""Behind a release that is declared irreversible nothing goes by itself: people are asked."""

import json

import pytest

from bot.doubts import DoubtKind
from bot.model import DeployKind, DeployState, HostState, Step
from bot.records import Deploy
from bot.refusals import Reason
from tests.building import fleet_of, names, release
from tests.engine.asking import begun, button, reason, shown
from tests.engine.line import Line
from tests.fleet.samples import SHOP
from tests.waiting import eventually


@pytest.fixture
def declared(standing: Line) -> Line:
    """1.4.1 stands, and 1.5.0 may not be gone back behind."""
    standing.fleet = fleet_of(names(4), ((*SHOP, "irreversible"), ["1.5.*"]))
    return standing


def stopped(line: Line) -> Deploy:
    """1.5.0, confirmed, whose second batch fails its test."""
    line.backend.fail("web2", Step.TEST, tail="1 != 2")
    return begun(line, shown(line.ask("1.5.0")))


def anyway(line: Line, deploy: Deploy) -> list[str]:
    """The values of the buttons in the thread that go back all the same."""
    rows = [block for block in line.blocks(f"deploy:{deploy.id}:held") if block["type"] == "actions"]
    return [str(one["value"]) for row in rows for one in row["elements"]]


def test_a_deploy_of_one_is_asked_about_and_others_are_not(declared: Line) -> None:
    (doubt,) = shown(declared.ask("1.5.0")).asks
    assert (doubt.kind, doubt.what) == (DoubtKind.IRREVERSIBLE, "1.5.0")
    other = declared.ask("1.4.2")
    assert isinstance(other, Deploy)
    declared.ended(other.id)


def test_one_that_lies_between_is_asked_about_too(standing: Line) -> None:
    standing.fleet = fleet_of(names(4), ((*SHOP, "irreversible"), ["1.4.2"]))
    standing.source.carries = {("1.4.1", "main"): ["1.4.2"]}
    proposal = shown(standing.ask("main"))
    assert proposal.preview.plan.irreversible == ("1.4.2",)


def test_a_failed_one_stays_where_it_is_locks_and_asks(declared: Line) -> None:
    deploy = stopped(declared)
    assert deploy.state is DeployState.FAILED
    assert declared.runs() == ["1.5.0", "1.4.1", "1.4.1", "1.4.1"]
    states = [line.state for line in declared.view(deploy).hosts]
    assert states == [HostState.HEALTHY, HostState.UNCHANGED, HostState.WAITING, HostState.WAITING]
    told = declared.messages()
    assert "no way back by itself behind 1.5.0 · locked" in told[f"deploy:{deploy.id}"]
    assert "was not rolled back: it crosses 1.5.0, declared irreversible" in told[f"deploy:{deploy.id}:held"]
    assert anyway(declared, deploy) == [str(deploy.id)]
    assert reason(declared.ask("1.4.2")) is Reason.LOCKED
    lock = declared.view(deploy).lock
    assert lock is not None
    assert "1.5.0, which is irreversible" in lock.reason


def test_who_goes_back_anyway_is_asked_once_more_and_it_passes_the_lock(declared: Line) -> None:
    deploy = stopped(declared)
    (value,) = anyway(declared, deploy)
    proposal = shown(declared.moves.back_anyway("U0BEN", value))
    assert [doubt.kind for doubt in proposal.asks] == [DoubtKind.IRREVERSIBLE]
    assert proposal.preview.plan.irreversible == ("1.5.0",)
    back = begun(declared, proposal, "U0BEN")
    assert (back.plan.kind, back.state, back.release) == (DeployKind.ROLLBACK, DeployState.SUCCEEDED, release("1.4.1"))
    assert declared.runs() == ["1.4.1"] * 4
    assert anyway(declared, deploy) == [], "the button is gone"
    assert reason(declared.moves.back_anyway("U0ANA", value)) is Reason.OVER


@pytest.mark.parametrize("value", ["", "99", "x", "²", "9" * 40])
def test_a_button_that_no_deploy_carries_is_refused(declared: Line, value: str) -> None:
    assert reason(declared.moves.back_anyway("U0BEN", value)) is Reason.UNKNOWN_DEPLOY


def test_nothing_is_asked_where_no_host_was_changed(declared: Line) -> None:
    declared.backend.fail("web1", Step.TEST)
    deploy = begun(declared, shown(declared.ask("1.5.0")))
    assert declared.runs() == ["1.4.1"] * 4
    assert f"deploy:{deploy.id}:held" not in declared.messages()
    assert declared.view(deploy).lock is None


def test_an_abort_leaves_it_to_people_as_well(declared: Line) -> None:
    proposal = shown(declared.ask("1.5.0"))
    gate = declared.backend.hang("web2", Step.TEST)
    deploy = declared.engine.proposals.confirm("U0ANA", button(proposal))
    assert isinstance(deploy, Deploy)
    eventually(lambda: {line.host: line.step for line in declared.view(deploy).hosts}["web2"] is Step.TEST)
    declared.moves.abort("U0BEN", str(deploy.id))
    ended = declared.ended(deploy.id)
    gate.set()
    assert (ended.state, declared.runs()[0]) == (DeployState.FAILED, "1.5.0")
    assert anyway(declared, ended) == [str(deploy.id)]
    assert declared.view(deploy).lock is not None


def test_a_rollback_by_hand_from_one_that_stands_names_it(declared: Line) -> None:
    begun(declared, shown(declared.ask("1.5.0")))
    declared.deploy("1.6.0")
    further = declared.moves.roll_back("U0ANA", "shop", None, None)
    assert isinstance(further, Deploy), "1.5.0 runs on"
    declared.ended(further.id)
    proposal = shown(declared.moves.roll_back("U0ANA", "shop", None, None))
    assert proposal.preview.plan.irreversible == ("1.5.0",)
    assert begun(declared, proposal).release == release("1.4.1")


def test_an_alerts_button_asks_once_more_and_stays_the_alerts(declared: Line) -> None:
    begun(declared, shown(declared.ask("1.5.0")))
    alert = declared.outage()
    proposal = shown(declared.desk.ask_rollback("U0CID", str(alert.incident.id)))
    assert [doubt.kind for doubt in proposal.asks] == [DoubtKind.IRREVERSIBLE]
    back = begun(declared, proposal, "U0CID")
    assert back.incident == alert.incident.id
    noted = declared.incidents.get(alert.incident.id)
    assert noted is not None
    assert noted.note == "rolled back to 1.4.1 by <@U0CID>"


def test_a_release_that_is_declared_later_counts_from_then_on(standing: Line) -> None:
    standing.deploy("1.5.0")
    standing.fleet = fleet_of(names(4), ((*SHOP, "irreversible"), ["1.5.0"]))
    assert shown(standing.moves.roll_back("U0ANA", "shop", None, None)).preview.plan.irreversible == ("1.5.0",)


def test_a_rollback_target_that_hosts_have_pruned_is_brought_again(standing: Line) -> None:
    standing.deploy("1.4.2")
    for name in names(4):
        machine = standing.backend.machine(name)
        machine.releases.remove(release("1.4.1").sha)
        machine.ran.clear()
    back = standing.moves.roll_back("U0ANA", "shop", None, None)
    assert isinstance(back, Deploy)
    assert standing.ended(back.id).state is DeployState.SUCCEEDED
    assert standing.runs() == ["1.4.1"] * 4
    for name in names(4):
        steps = [step for step, sha in standing.backend.machine(name).ran if sha == release("1.4.1").sha]
        assert steps[:2] == [Step.FETCH, Step.UNPACK], json.dumps(steps)
