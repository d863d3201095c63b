"""A deploy that waits in line where a confirming click is wanted: nobody is there to give it."""

from bot.doubts import DoubtKind
from bot.engine.queue_desk import PAUSE
from bot.model import DeployState
from bot.proposals import Proposal
from bot.queue import Left, Place
from bot.refusals import Reason
from bot.state.blindness import Blindnesses
from bot.trail import What
from tests.engine.asking import begun, reason, shown
from tests.engine.line import Line
from tests.engine.test_queue_desk import ask, gone, locked, text, unlock, wait


def test_where_nothing_stands_in_the_way_it_is_confirmed_now(asking: Line) -> None:
    proposal = shown(ask(asking))
    assert proposal.draft.command == "shop@1.4.2 to production"
    assert begun(asking, proposal, "U0BEN").state is DeployState.SUCCEEDED


def test_at_its_turn_it_falls_out_and_is_told_what_to_type(asking: Line) -> None:
    locked(asking)
    waiter = wait(asking)
    unlock(asking)
    asking.queue.serve()
    assert gone(asking, waiter).how is Left.REFUSED
    told = text(asking, waiter, ":ended")
    assert "<@U0BEN>" in told
    assert "asks for a confirming click" in told
    assert "`/deploy shop@1.4.2 to production`" in told
    assert len(asking.journal.deploys.recent(9)) == 1
    whats = [row.fields["what"] for row in asking.journal.audit.newest(9)]
    assert What.PROPOSED not in whats, "nobody was shown anything"


def test_an_outage_that_began_while_it_waited_is_no_matter_of_course(standing: Line) -> None:
    locked(standing)
    waiter = wait(standing)
    standing.outage()
    unlock(standing)
    standing.queue.serve()
    assert gone(standing, waiter).how is Left.REFUSED
    again = ask(standing)
    assert isinstance(again, Proposal)
    assert [doubt.kind for doubt in again.asks] == [DoubtKind.INCIDENT]


def test_where_nothing_asks_it_begins_by_itself(standing: Line) -> None:
    locked(standing)
    waiter = wait(standing)
    unlock(standing)
    standing.queue.serve()
    last = standing.journal.deploys.recent(1)[0]
    assert standing.ended(last.id).state is DeployState.SUCCEEDED
    assert gone(standing, waiter).how is Left.BEGUN


def test_while_the_bot_cannot_see_it_keeps_its_place_and_begins_when_it_can(standing: Line) -> None:
    locked(standing)
    waiter = wait(standing)
    Blindnesses(standing.db).begin(standing.clock.now(), "all fail at once", "#alerts")
    unlock(standing)
    for _ in range(3):
        standing.queue.serve()
        standing.clock.sleep(PAUSE)
    assert gone(standing, waiter).how is None
    assert "waits · 1st in line, behind me: I cannot see now" in text(standing, waiter)
    assert len(standing.journal.deploys.recent(9)) == 1
    Blindnesses(standing.db).end(standing.clock.now())
    standing.queue.serve()
    last = standing.journal.deploys.recent(1)[0]
    assert standing.ended(last.id).state is DeployState.SUCCEEDED
    assert gone(standing, waiter).how is Left.BEGUN


def fallen(line: Line) -> str:
    """The button of one of ben's that fell out at its turn."""
    locked(line)
    waiter = wait(line)
    unlock(line)
    line.queue.serve()
    return str(gone(line, waiter).id)


def test_a_click_then_shows_its_plan_to_whoever_asked_who_confirms_it(asking: Line) -> None:
    number = fallen(asking)
    proposal = shown(asking.queue.again("U0BEN", number))
    assert proposal.draft.command == "shop@1.4.2 to production"
    assert begun(asking, proposal, "U0BEN").release.ref == "1.4.2"


def test_asked_again_by_a_click_it_may_stand_in_line_again(asking: Line) -> None:
    number = fallen(asking)
    locked(asking)
    place = asking.queue.again("U0BEN", number)
    assert isinstance(place, Place)
    assert (place.number, str(place.waiter.id) != number) == (1, True)


def test_nobody_else_asks_for_it_and_what_still_waits_is_not_asked_for_twice(asking: Line) -> None:
    number = fallen(asking)
    assert reason(asking.queue.again("U0ANA", number)) is Reason.NOT_YOURS
    locked(asking)
    waiter = wait(asking)
    for button in (str(waiter.id), "99", "x"):
        assert reason(asking.queue.again("U0BEN", button)) is Reason.OVER
