from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.plan.approval import Answer, may_abort, may_promote
from bot.records import Approval, Decision
from tests.building import NOW

QUESTION = Approval(41, 3, "a" * 40, NOW, NOW + timedelta(hours=1), needed=2)
PROMOTED = replace(QUESTION, decision=Decision.PROMOTED, decided_by="U0LEA")
LATE = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("question", "user", "four_eyes", "now", "answer"),
    [
        (QUESTION, "U0LEA", False, NOW, Answer.COUNTS),
        (QUESTION, "U0ANA", False, NOW, Answer.COUNTS),
        (QUESTION, "U0ANA", True, NOW, Answer.OWN_REQUEST),
        (QUESTION, "U0LEA", True, NOW, Answer.COUNTS),
        (QUESTION, "U0LEA", False, LATE, Answer.EXPIRED),
        (QUESTION, "U0LEA", False, LATE - timedelta(seconds=1), Answer.COUNTS),
        (replace(QUESTION, voters=("U0LEA",)), "U0LEA", False, NOW, Answer.TWICE),
        (replace(QUESTION, voters=("U0BEN",)), "U0LEA", False, NOW, Answer.COUNTS),
        (PROMOTED, "U0LEA", False, NOW, Answer.OVER),
        (PROMOTED, "U0ANA", True, LATE, Answer.OVER),
    ],
)
def test_a_yes_counts_once_in_time_and_with_four_eyes(
    question: Approval, user: str, four_eyes: bool, now: datetime, answer: Answer
) -> None:
    assert may_promote(question, user, "U0ANA", four_eyes, now) is answer


UNCLEAR = replace(QUESTION, unclear=True)


@pytest.mark.parametrize(
    ("question", "user", "reason", "answer"),
    [
        (UNCLEAR, "U0LEA", "", Answer.NO_REASON),
        (UNCLEAR, "U0LEA", "it was the load test", Answer.COUNTS),
        (UNCLEAR, "U0LEA", None, Answer.COUNTS),  # it is only looked, before the reason is asked for
        (UNCLEAR, "U0ANA", "", Answer.OWN_REQUEST),
        (replace(UNCLEAR, decision=Decision.ABORTED), "U0LEA", "", Answer.OVER),
        (replace(UNCLEAR, voters=("U0LEA",)), "U0LEA", "", Answer.TWICE),
        (QUESTION, "U0LEA", "", Answer.COUNTS),
    ],
)
def test_where_the_analysis_could_not_tell_a_yes_needs_a_reason(
    question: Approval, user: str, reason: str | None, answer: Answer
) -> None:
    assert may_promote(question, user, "U0ANA", True, NOW, reason) is answer


@pytest.mark.parametrize(
    ("question", "now", "answer"),
    [(QUESTION, NOW, Answer.COUNTS), (QUESTION, LATE, Answer.EXPIRED), (PROMOTED, NOW, Answer.OVER)],
)
def test_a_no_counts_while_the_question_is_open(question: Approval, now: datetime, answer: Answer) -> None:
    assert may_abort(question, now) is answer
