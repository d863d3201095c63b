"""Deploys that may wait: where they stand, when they begin, and how they leave the line."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.errors import RepositoryUnreachable
from bot.grammar import DeployTo
from bot.holds import Lock
from bot.model import DeployState
from bot.queue import Left, Place, Waiter
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from bot.state.queue import Queue
from bot.trail import What
from tests.building import fleet_of
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION

HOURS = timedelta(hours=2)
LATEST = fleet_of(("web1", "web2", "web3", "web4"), ((*PRODUCTION, "queue"), "latest"))


def ask(line: Line, ref: str | None = "1.4.2", user: str = "U0BEN", force: str | None = None) -> object:
    return line.queue.ask(user, DeployTo("shop", "production", ref, force=force, wait=True))


def wait(line: Line, ref: str = "1.4.2", user: str = "U0BEN") -> Waiter:
    place = ask(line, ref, user)
    assert isinstance(place, Place), place
    return place.waiter


def locked(line: Line, user: str = "U0ANA") -> Lock:
    taken = line.locks.lock(user, "shop", "production", "load test", 2 * HOURS)
    assert isinstance(taken, Lock)
    return taken


def unlock(line: Line, user: str = "U0ANA") -> None:
    assert isinstance(line.locks.unlock(user, "shop", "production"), Lock)


def gone(line: Line, waiter: Waiter) -> Waiter:
    found = Queue(line.db).get(waiter.id)
    assert found is not None
    return found


def text(line: Line, waiter: Waiter, rest: str = "") -> str:
    return line.messages().get(f"queue:{waiter.id}{rest}", "")


@contextmanager
def running(line: Line, ref: str = "1.4.1") -> Iterator[Deploy]:
    """A deploy by ana that goes on as long as the block."""
    gate = threading.Event()

    def hold(_asks: object) -> None:
        gate.wait(30)

    line.apps.before = hold
    deploy = line.begin(ref)
    try:
        yield deploy
    finally:
        gate.set()
        line.ended(deploy.id)


def test_where_nothing_stands_in_the_way_it_begins_at_once(line: Line) -> None:
    begun = ask(line)
    assert isinstance(begun, Deploy)
    assert line.ended(begun.id).state is DeployState.SUCCEEDED
    assert not [key for key in line.messages() if key.startswith("queue:")]


def test_two_who_wait_begin_in_their_order_each_when_the_one_before_has_ended(line: Line) -> None:
    with running(line):
        ben, cem = wait(line, "1.4.2"), wait(line, "1.5.0", "U0CEM")
        line.queue.serve()
        assert "1st in line, behind deploy 1 by <@U0ANA> · asked by <@U0BEN>" in text(line, ben)
        assert "2nd in line, behind deploy 1 by <@U0ANA> · asked by <@U0CEM>" in text(line, cem)
    line.queue.serve()
    assert gone(line, ben).deploy == 2
    assert "1st in line, behind deploy 2 by <@U0BEN>" in text(line, cem)
    line.ended(2)
    line.queue.serve()
    line.queue.serve()  # nothing begins twice
    assert line.ended(3).requester == "U0CEM"
    assert line.runs() == ["1.5.0"] * 4
    assert [deploy.id for deploy in line.journal.deploys.recent(9)] == [3, 2, 1]
    assert "has begun as deploy 3" in text(line, cem)
    assert text(line, cem, ":ended").startswith("<@U0CEM> ")


def test_one_that_a_lock_holds_back_lets_those_behind_it_pass(line: Line) -> None:
    with running(line):
        locked(line)
        ben, ana = wait(line, "1.4.2"), wait(line, "1.5.0", "U0ANA")
    line.queue.serve()
    assert (gone(line, ben).how, gone(line, ana).how) == (None, Left.BEGUN)
    line.ended(2)
    line.queue.serve()
    assert "1st in line, behind the lock of <@U0ANA> (load test)" in text(line, ben)
    unlock(line)
    line.queue.serve()
    assert gone(line, ben).how is Left.BEGUN
    line.ended(3)


def test_who_comes_when_the_way_is_free_does_not_jump_the_line(line: Line) -> None:
    locked(line)
    ben = wait(line, "1.4.2")
    unlock(line)
    cem = wait(line, "1.5.0", "U0CEM")
    assert (gone(line, ben).how, gone(line, cem).how) == (Left.BEGUN, None)
    line.ended(1)


def test_a_freeze_is_waited_for_and_whoever_may_force_passes_it(line: Line) -> None:
    line.freezes.freeze("U0LEA", "production", "stocktaking", "", "", "")
    ben = wait(line)
    assert "behind the freeze of production (stocktaking)" in text(line, ben)
    forced = ask(line, "1.5.0", "U0ANA", force="checkout is down")
    assert isinstance(forced, Deploy)
    line.ended(forced.id)
    line.freezes.unfreeze("U0LEA", "production")
    line.queue.serve()
    assert gone(line, ben).how is Left.BEGUN
    line.ended(2)


def test_the_same_command_of_the_same_person_keeps_its_place(line: Line) -> None:
    locked(line)
    first, again = wait(line), wait(line)
    assert again == first
    assert isinstance(other := ask(line, user="U0CEM"), Place)
    assert other.number == 2


@pytest.mark.parametrize(
    ("service", "environment", "ref", "user", "why"),
    [
        ("shopp", "production", "1.4.2", "U0BEN", Reason.UNKNOWN_SERVICE),
        ("shop", "prodution", "1.4.2", "U0BEN", Reason.UNKNOWN_ENVIRONMENT),
        ("shop", "production", "nothing-like-it", "U0BEN", Reason.UNKNOWN_REF),
        ("shop", "production", "1.4.2", "U0EVE", Reason.FORBIDDEN),
    ],
)
def test_what_can_never_begin_is_refused_before_it_waits(
    line: Line, service: str, environment: str, ref: str, user: str, why: Reason
) -> None:
    locked(line)
    line.fleet = fleet_of(("web1",), (("access",), {"production": {"deploy": ["@oncall"]}}))
    found = line.queue.ask(user, DeployTo(service, environment, ref, wait=True))
    assert isinstance(found, Refusal)
    assert found.reason is why
    assert Queue(line.db).waiting() == []


def test_a_repository_that_is_away_keeps_nobody_out_of_the_line(line: Line) -> None:
    locked(line)
    line.source.trouble = RepositoryUnreachable("timed out")
    ben = wait(line)
    unlock(line)
    line.queue.serve()
    assert "behind its repository, which cannot be read: timed out" in text(line, ben)
    line.source.trouble = None
    line.queue.serve()
    assert gone(line, ben).how is None  # git is not asked every second
    line.clock.sleep(timedelta(seconds=15))
    line.queue.serve()
    assert gone(line, ben).how is Left.BEGUN
    line.ended(1)


def test_who_may_no_longer_deploy_falls_out_at_the_turn_and_is_told_why(line: Line) -> None:
    locked(line)
    ben = wait(line, user="U0BEN")
    line.fleet = fleet_of(("web1",), (("access",), {"production": {"deploy": ["@oncall"]}}))
    line.members.inside = {"U0ANA"}
    line.queue.serve()
    assert gone(line, ben).how is Left.REFUSED
    assert "fell out of the line at its turn: You may not deploy to production." in text(line, ben)
    assert text(line, ben, ":ended").startswith("<@U0BEN> ")


def test_a_place_ends_with_its_time_and_that_is_told(line: Line) -> None:
    locked(line)
    ben = wait(line)
    line.clock.sleep(HOURS - timedelta(seconds=1))
    line.queue.serve()
    assert gone(line, ben).how is None
    line.clock.sleep(timedelta(seconds=1))
    line.queue.serve()
    line.queue.serve()
    assert gone(line, ben).how is Left.EXPIRED
    assert "could not begin within 2 h" in text(line, ben, ":ended")
    unlock(line)
    line.queue.serve()
    assert line.journal.deploys.recent(1) == []


def test_where_only_the_latest_counts_a_newer_one_replaces_those_before(line: Line) -> None:
    line.fleet = LATEST
    locked(line)
    ben, cem = wait(line, "1.4.2"), wait(line, "1.5.0", "U0CEM")
    assert (gone(line, ben).how, gone(line, cem).how) == (Left.REPLACED, None)
    assert "by a newer one, shop@1.5.0 to production, asked by <@U0CEM>" in text(line, ben, ":ended")
    assert "1st in line" in text(line, cem)
    newest = ask(line, "1.6.0", "U0ANA")  # begins at once: the lock is her own
    assert isinstance(newest, Deploy)
    assert gone(line, cem).how is Left.REPLACED
    line.ended(newest.id)
    unlock(line)
    line.queue.serve()
    assert len(line.journal.deploys.recent(9)) == 1


@pytest.mark.parametrize(("user", "counts"), [("U0BEN", True), ("U0ANA", True), ("U0EVE", False)])
def test_it_is_taken_out_by_whoever_asked_or_may_deploy_there(line: Line, user: str, counts: bool) -> None:
    line.fleet = fleet_of(("web1",), (("access",), {"production": {"deploy": ["@oncall"]}}))
    locked(line)
    ben = wait(line)
    found = line.queue.leave(user, str(ben.id))
    assert isinstance(found, Waiter) is counts
    assert (gone(line, ben).how is Left.TAKEN_OUT) is counts
    assert bool(text(line, ben, ":ended")) is (user == "U0ANA")  # nobody is told what they did themselves


def test_a_late_click_is_told_what_came_of_it(line: Line) -> None:
    locked(line)
    ben = wait(line)
    unlock(line)
    line.queue.serve()
    late = line.queue.leave("U0BEN", str(ben.id))
    assert isinstance(late, Refusal)
    assert (late.reason, late.detail) == (Reason.OVER, "it has begun as deploy 1")
    line.ended(1)


@pytest.mark.parametrize("button", ["", "99", "one", "9" * 40])
def test_a_button_of_no_place_is_answered(line: Line, button: str) -> None:
    found = line.queue.leave("U0BEN", button)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.OVER


def test_the_audit_keeps_who_joined_and_how_each_left(line: Line) -> None:
    locked(line)
    wait(line)
    unlock(line)
    line.queue.serve()
    line.ended(1)
    rows = [row.fields for row in line.journal.audit.newest(9)]
    (joined,) = [row for row in rows if row["what"] == What.QUEUE_JOINED]
    (ended,) = [row for row in rows if row["what"] == What.QUEUE_ENDED]
    assert (joined["who"], joined["after"]) == ("U0BEN", "shop@1.4.2 to production")
    assert (ended["who"], ended["after"]) == ("U0BEN", "begun: deploy 1")
