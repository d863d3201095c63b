"""A canary waits for people: who may, how many, how long, and what each click is told."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.approvals import ApprovalDesk
from bot.model import DeployState
from bot.plan.seal import plan_hash
from bot.records import Approval, Decision, Deploy
from bot.refusals import Reason, Refusal
from tests.building import fleet_of
from tests.engine.line import Line, line_on
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

STRATEGY = {"kind": "canary", "bake": None, "approve": True, "approve_within": "10m"}
ACCESS = {"production": {"deploy": ["@engineering"], "approve": ["@leads"], "four_eyes": True}}


@pytest.fixture
def canary(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Line]:
    """1.4.1 stands; the next deploy waits for @leads, of whom this registry says ana and ben are. The parameter is how
    many must approve.
    """
    with line_on(tmp_path) as made:
        made.deploy("1.4.1")
        access = {"production": {**ACCESS["production"], "approvals": getattr(request, "param", 1)}}
        made.fleet = fleet_of(("web1", "web2", "web3"), ((*PRODUCTION, "strategy"), STRATEGY), (("access",), access))
        yield made
        made.clock.still = False  # what still waits runs into its deadline


def asking(line: Line) -> Deploy:
    """1.4.2, asked for by ana, until it waits for people."""
    line.clock.still = True  # or the deadline would have passed before anybody could click
    deploy = line.begin("1.4.2")
    eventually(lambda: line.journal.approvals.newest(deploy.id))
    return deploy


def button(line: Line, deploy: Deploy, action: str = "deploy.promote") -> str:
    """The value of a button in the deploy's message."""
    rows = [block for block in line.blocks(f"deploy:{deploy.id}") if block["type"] == "actions"]
    return next(str(one["value"]) for row in rows for one in row["elements"] if one["action_id"] == action)


def reason(answer: object) -> Reason:
    assert isinstance(answer, Refusal), answer
    return answer.reason


def test_a_promoted_canary_goes_on_to_every_host(canary: Line) -> None:
    deploy = asking(canary)
    assert canary.runs() == ["1.4.2", "1.4.1", "1.4.1"]
    counted = canary.approvals.promote("U0BEN", button(canary, deploy))
    assert isinstance(counted, Approval)
    assert counted.decision is Decision.PROMOTED
    assert canary.ended(deploy.id).state is DeployState.SUCCEEDED
    assert canary.runs() == ["1.4.2"] * 3
    assert "promoted by <@U0BEN>" in {stage.detail for stage in canary.view(deploy).stages}


def test_of_clicks_that_come_through_several_sockets_at_once_one_counts(canary: Line) -> None:
    """Each socket has desks of its own, as in processes of their own; the row decides."""
    deploy = asking(canary)
    value, together = button(canary, deploy), threading.Barrier(6)
    desks = [canary.another_engine(canary.engine.outside).approvals for _ in range(together.parties)]

    def click(desk: ApprovalDesk) -> Approval | Refusal:
        together.wait(10)
        return desk.promote("U0BEN", value)

    with ThreadPoolExecutor(together.parties) as pool:
        answers = list(pool.map(click, desks))
    counted = [answer for answer in answers if isinstance(answer, Approval)]
    assert [answer.decision for answer in counted] == [Decision.PROMOTED]
    told = [answer.approval for answer in answers if isinstance(answer, Refusal)]
    assert [known.decided_by for known in told if known] == ["U0BEN"] * 5
    assert canary.ended(deploy.id).state is DeployState.SUCCEEDED


def test_an_aborted_canary_goes_back(canary: Line) -> None:
    deploy = asking(canary)
    canary.approvals.abort("U0BEN", button(canary, deploy, "deploy.abort"))
    ended = canary.ended(deploy.id)
    assert (ended.state, ended.reason) == (DeployState.ROLLED_BACK, "Approval: aborted by <@U0BEN>")
    assert canary.runs() == ["1.4.1"] * 3


def test_who_asked_is_pinged_once_in_the_thread(canary: Line) -> None:
    deploy = asking(canary)
    ping = canary.messages()[f"deploy:{deploy.id}:approval-2"]
    assert ping.startswith(f"<!subteam^S0LEADS>: deploy {deploy.id} waits for approval to promote 1.4.2, until ")


def test_nobody_approves_what_they_asked_for_where_four_eyes_are_wanted(canary: Line) -> None:
    deploy = asking(canary)
    assert reason(canary.approvals.promote("U0ANA", button(canary, deploy))) is Reason.OWN_REQUEST
    assert reason(canary.approvals.promote("U0CID", button(canary, deploy))) is Reason.MAY_NOT_APPROVE


@pytest.mark.parametrize("canary", [2], indirect=True)
def test_two_approvals_are_two_people(canary: Line) -> None:
    canary.members.inside |= {"U0LEA"}
    deploy = asking(canary)
    first = canary.approvals.promote("U0BEN", button(canary, deploy))
    assert isinstance(first, Approval)
    assert first.decision is Decision.OPEN
    assert reason(canary.approvals.promote("U0BEN", button(canary, deploy))) is Reason.TWICE
    canary.approvals.promote("U0LEA", button(canary, deploy))
    assert canary.ended(deploy.id).state is DeployState.SUCCEEDED


def test_who_wants_to_deploy_meanwhile_is_told_that_it_waits_for_approval(canary: Line) -> None:
    deploy = asking(canary)
    refused = canary.ask("1.5.0", user="U0BEN")
    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.approval) == (Reason.BUSY, canary.journal.approvals.newest(deploy.id))
    assert refused.approval is not None
    canary.approvals.abort("U0BEN", button(canary, deploy, "deploy.abort"))
    canary.ended(deploy.id)


def test_an_unanswered_question_ends_with_its_deadline(canary: Line) -> None:
    deploy = asking(canary)
    value = button(canary, deploy)
    before = canary.clock.now()
    canary.clock.still = False
    ended = canary.ended(deploy.id)
    assert ended.reason == "Approval: nobody approved in time"
    assert canary.clock.now() - before <= timedelta(minutes=11)
    assert canary.runs() == ["1.4.1"] * 3
    assert reason(canary.approvals.promote("U0BEN", value)) is Reason.DECIDED


def test_a_click_on_another_deploys_button_or_on_none_is_told_so(canary: Line) -> None:
    asking(canary)
    for value in ("99:2", "2:1", "", "2", "x:y", "9" * 40, "²:2"):
        assert reason(canary.approvals.promote("U0BEN", value)) is Reason.UNKNOWN_DEPLOY


def test_a_click_counts_for_the_plan_that_was_shown_and_for_no_other(canary: Line) -> None:
    deploy = asking(canary)
    value = button(canary, deploy)
    assert value == f"{deploy.id}:2:{plan_hash(deploy.plan)}"
    for other in (f"{deploy.id}:2", f"{deploy.id}:2:{'f' * 64}"):
        assert reason(canary.approvals.promote("U0BEN", other)) is Reason.OTHER_PLAN
        assert reason(canary.approvals.abort("U0BEN", other)) is Reason.OTHER_PLAN
    question = canary.journal.approvals.newest(deploy.id)
    assert question is not None
    assert (question.voters, question.plan_hash) == ((), deploy.plan_hash)
    assert isinstance(canary.approvals.promote("U0BEN", value), Approval)
    assert canary.ended(deploy.id).state is DeployState.SUCCEEDED


def test_the_buttons_are_gone_when_the_question_is_answered(canary: Line) -> None:
    deploy = asking(canary)
    canary.approvals.promote("U0BEN", button(canary, deploy))
    canary.ended(deploy.id)
    rows = [block for block in canary.blocks(f"deploy:{deploy.id}") if block["type"] == "actions"]
    assert [one["text"]["text"] for row in rows for one in row["elements"]] == ["Details"]
