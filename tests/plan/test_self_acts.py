from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.fleet.allowance import Allowance
from bot.plan.self_acts import Next, Now, next_step, patience
from bot.questions import CpuAsk
from bot.records import Act
from tests.building import NOW, TARGET, seconds
from tests.engine.watching import fleet_with

(PLAIN,) = fleet_with({"action": "restart"}).checks()
CHECK = replace(PLAIN, auto=Allowance(2, timedelta(hours=1)))  # every 10 s, down after 3, 5 s for an answer


def act(ended: float | None) -> Act:
    """One that ended so many seconds ago; None: it runs."""
    finished = None if ended is None else NOW - seconds(ended)
    return Act(1, TARGET, ("web1",), 7, "pointsman", NOW - seconds(999), finished)


def test_the_check_takes_its_time_to_see_whether_it_helped() -> None:
    assert patience(CHECK) == seconds(35)
    assert patience(replace(CHECK, up_after=5)) == seconds(55)
    busy = CpuAsk(TARGET, 85.0, timedelta(minutes=10))  # what was added shows in as long a time
    assert patience(replace(CHECK, question=busy)) == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("done", "held", "step"),
    [
        ([], False, Next.ACT),
        ([], True, Next.WAIT),
        ([act(None)], False, Next.WAIT),
        ([act(34)], False, Next.WAIT),
        ([act(35)], False, Next.ACT),
        ([act(35), act(900)], False, Next.EXHAUSTED),
        ([act(34), act(900)], False, Next.WAIT),  # the last one may still help
        ([act(35), act(900)], True, Next.WAIT),
        ([act(99), act(900), act(999)], False, Next.EXHAUSTED),
    ],
)
def test_a_check_acts_as_often_as_it_may_and_no_more(done: list[Act], held: bool, step: Next) -> None:
    assert next_step(CHECK, Now(NOW, done, held)) is step


def test_one_that_may_not_act_by_itself_never_does() -> None:
    moment: datetime = NOW
    assert next_step(PLAIN, Now(moment)) is Next.WAIT
