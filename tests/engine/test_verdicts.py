"""The analysis could not tell: people promote with a reason, which is kept, or abort."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.fleet import Access
from bot.model import DeployState
from bot.records import Approval, Decision, Deploy, DeployView
from bot.refusals import Reason, Refusal
from tests.building import said
from tests.engine.line import Line
from tests.engine.test_analysis import asked, button_of, canary, too_few
from tests.engine.test_audit import rows

WHY = "the slow answers were <our> load test"
SHOWN = "the slow answers were &lt;our&gt; load test"


@pytest.fixture(params=[1])
def unclear(standing: Line, request: pytest.FixtureRequest) -> Iterator[Line]:
    """1.4.1 on four hosts; the analysis of what comes next sees too little. The parameter is how many must approve."""
    access = Access(four_eyes=True, approvals=request.param)
    standing.fleet = canary().model_copy(update={"access": {"production": access}})
    too_few(standing)
    yield standing
    standing.clock.still = False


def asking(line: Line) -> Deploy:
    """1.5.0, asked for by ana, until it waits for a verdict."""
    deploy = line.begin("1.5.0")
    asked(line, deploy)
    return deploy


def buttons(line: Line, deploy: Deploy) -> list[str]:
    found = [block for block in line.blocks(f"deploy:{deploy.id}") if block["type"] == "actions"]
    return [one["text"]["text"] for block in found for one in block["elements"]]


def shown(line: Line, deploy: Deploy) -> str:
    """The deploy's message without line ends: a person and what they said are parts of their own."""
    return said(line.blocks(f"deploy:{deploy.id}")).replace("\n", "")


def reason(answer: object) -> Reason:
    assert isinstance(answer, Refusal), answer
    return answer.reason


def test_the_buttons_say_that_it_goes_on_anyway(unclear: Line) -> None:
    deploy = asking(unclear)
    assert buttons(unclear, deploy)[:2] == ["Promote 1.5.0 anyway…", "Abort"]
    asks = unclear.messages()[f"deploy:{deploy.id}:approval-3"]
    assert "waits for approval to promote 1.5.0 anyway, with a reason, until " in asks


def test_a_reason_is_kept_with_the_deploy_and_in_the_audit(unclear: Line) -> None:
    deploy = asking(unclear)
    promoted = unclear.approvals.promote("U0BEN", button_of(deploy), f" {WHY} ")
    assert isinstance(promoted, Approval)
    assert (promoted.decision, promoted.reasons) == (Decision.PROMOTED, (WHY,))
    assert unclear.ended(deploy.id).state is DeployState.SUCCEEDED
    stage = unclear.view(deploy).stages[3]
    assert stage.detail == f"promoted by <@U0BEN>: {SHOWN}"
    assert f"promoted by U0BEN: {WHY}" in shown(unclear, deploy)
    (row,) = [row for row in rows(unclear.db) if row[1] == "approval.promoted"]
    assert WHY in row


@pytest.mark.parametrize("nothing", ["", "  \n"])
def test_without_a_reason_it_does_not_go_on(unclear: Line, nothing: str) -> None:
    deploy = asking(unclear)
    assert reason(unclear.approvals.promote("U0BEN", button_of(deploy), nothing)) is Reason.WITHOUT_REASON
    question = unclear.journal.approvals.newest(deploy.id)
    assert question is not None
    assert question.voters == ()


def test_who_looks_first_sees_the_deploy_and_decides_nothing(unclear: Line) -> None:
    deploy = asking(unclear)
    seen = unclear.approvals.look("U0BEN", button_of(deploy))
    assert isinstance(seen, DeployView)
    assert seen.approval is not None
    assert (seen.approval.decision, seen.approval.voters) == (Decision.OPEN, ())


def test_the_form_of_who_may_not_is_refused_before_and_after_it_is_filled_in(unclear: Line) -> None:
    deploy = asking(unclear)
    for answer in (
        unclear.approvals.look("U0ANA", button_of(deploy)),
        unclear.approvals.promote("U0ANA", button_of(deploy), WHY),
    ):
        assert reason(answer) is Reason.OWN_REQUEST


def test_a_form_that_is_sent_when_all_is_decided_gets_the_truth(unclear: Line) -> None:
    deploy = asking(unclear)
    assert isinstance(unclear.approvals.look("U0BEN", button_of(deploy)), DeployView)
    unclear.approvals.abort("U0LEA", button_of(deploy))
    late = unclear.approvals.promote("U0BEN", button_of(deploy), WHY)
    assert reason(late) is Reason.DECIDED
    assert isinstance(late, Refusal)
    assert late.approval is not None
    assert late.approval.decided_by == "U0LEA"
    assert unclear.ended(deploy.id).state is DeployState.ROLLED_BACK


def test_a_form_that_is_sent_after_the_deadline_is_too_late(unclear: Line) -> None:
    deploy = asking(unclear)
    unclear.clock.moment += timedelta(hours=2)
    late = unclear.approvals.promote("U0BEN", button_of(deploy), WHY)
    assert reason(late) in (Reason.EXPIRED, Reason.DECIDED)
    assert unclear.ended(deploy.id).reason == "Approval if unclear: nobody approved in time"


@pytest.mark.parametrize("unclear", [2], indirect=True)
def test_of_two_people_each_gives_a_reason_and_the_second_sees_the_firsts(unclear: Line) -> None:
    deploy = asking(unclear)
    unclear.approvals.promote("U0BEN", button_of(deploy), WHY)
    assert f"1 of 2 approvals · approved by U0BEN: {WHY}" in shown(unclear, deploy)
    assert reason(unclear.approvals.promote("U0BEN", button_of(deploy), "again")) is Reason.TWICE
    unclear.approvals.promote("U0LEA", button_of(deploy), "so it was")
    assert unclear.ended(deploy.id).state is DeployState.SUCCEEDED
    assert unclear.view(deploy).stages[3].detail == f"promoted by <@U0BEN>: {SHOWN}; <@U0LEA>: so it was"


def test_an_approval_after_an_unclear_analysis_needs_a_reason_too(unclear: Line) -> None:
    unclear.fleet = canary(approve=True)
    deploy = asking(unclear)
    assert unclear.view(deploy).stages[3].name == "Approval"
    assert reason(unclear.approvals.promote("U0BEN", button_of(deploy))) is Reason.WITHOUT_REASON
    assert isinstance(unclear.approvals.promote("U0BEN", button_of(deploy), WHY), Approval)


def test_a_plain_approval_stays_one_click(unclear: Line) -> None:
    unclear.fleet = canary(approve=True)
    unclear.apps.before = lambda _asks: None
    deploy = asking(unclear)
    assert buttons(unclear, deploy)[:2] == ["Promote 1.5.0", "Abort"]
    assert isinstance(unclear.approvals.promote("U0BEN", button_of(deploy)), Approval)
    assert unclear.ended(deploy.id).state is DeployState.SUCCEEDED
    assert unclear.view(deploy).stages[3].detail == "promoted by <@U0BEN>"
