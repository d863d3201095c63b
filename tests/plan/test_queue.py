import pytest

from bot.plan.queue import keeps_place, may_wait, unread
from bot.refusals import Reason, Refusal

WORTH_WAITING = {Reason.BUSY, Reason.LOCKED, Reason.FROZEN}
AT_ITS_TURN = {Reason.UNSETTLED}  # before that it is not known what would be waited for
ASK_AGAIN = {Reason.SOURCE, Reason.UNSURE_WHO, Reason.BLIND}


@pytest.mark.parametrize("reason", list(Reason))
def test_only_what_ends_by_itself_or_by_somebodys_hand_is_waited_for(reason: Reason) -> None:
    assert may_wait(Refusal(reason)) is (reason in WORTH_WAITING)


@pytest.mark.parametrize("reason", list(Reason))
def test_at_its_turn_what_could_not_be_read_costs_nobody_the_place(reason: Reason) -> None:
    assert unread(Refusal(reason)) is (reason in ASK_AGAIN)
    assert keeps_place(Refusal(reason)) is (reason in WORTH_WAITING | AT_ITS_TURN | ASK_AGAIN)
