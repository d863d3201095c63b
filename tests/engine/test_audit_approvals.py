"""Each yes and each decision is a row of the audit, also one that nobody made in time."""

import pytest

from bot.records import Approval
from bot.trail import THE_BOT
from tests.building import release
from tests.engine.line import Line
from tests.engine.test_approvals import asking, button, canary
from tests.engine.test_audit import PLACE, rows

__all__ = ["canary"]
SHA = release("1.4.2").sha


def answers(line: Line) -> list[tuple[object, ...]]:
    return [row for row in rows(line.db) if str(row[1]).startswith("approval.")]


@pytest.mark.parametrize("canary", [1], indirect=True)
def test_the_last_yes_that_was_needed_is_a_decision(canary: Line) -> None:
    deploy = asking(canary)
    assert isinstance(canary.approvals.promote("U0BEN", button(canary, deploy)), Approval)
    canary.ended(deploy.id)
    subject = f"deploy {deploy.id} stage 2"
    after = f"promoted, 1 of 1 said yes to {SHA}"
    assert answers(canary) == [("U0BEN", "approval.promoted", subject, PLACE, "", "open", after)]


@pytest.mark.parametrize("canary", [2], indirect=True)
def test_a_yes_that_is_not_enough_is_a_vote(canary: Line) -> None:
    deploy = asking(canary)
    assert isinstance(canary.approvals.promote("U0BEN", button(canary, deploy)), Approval)
    assert [row[:2] + row[6:] for row in answers(canary)] == [
        ("U0BEN", "approval.voted", f"open, 1 of 2 said yes to {SHA}")
    ]


def test_a_click_that_does_not_count_is_none(canary: Line) -> None:
    deploy = asking(canary)
    canary.approvals.promote("U0ANA", button(canary, deploy))  # she asked for it herself
    assert answers(canary) == []


def test_an_abort_is_a_decision_of_who_made_it(canary: Line) -> None:
    deploy = asking(canary)
    canary.approvals.abort("U0BEN", button(canary, deploy, "deploy.abort"))
    canary.ended(deploy.id)
    assert [row[:2] for row in answers(canary)] == [("U0BEN", "approval.aborted")]


def test_a_deadline_is_a_decision_of_nobody(canary: Line) -> None:
    deploy = asking(canary)
    canary.clock.still = False
    canary.ended(deploy.id)
    assert [row[:2] for row in answers(canary)] == [(THE_BOT, "approval.expired")]
