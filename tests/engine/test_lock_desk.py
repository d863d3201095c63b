"""Locks asked for, taken over, given back; and what they do to deploys."""

import threading
from datetime import timedelta

import pytest

from bot.holds import How, Lock, Scope
from bot.model import DeployState, Target
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from bot.trail import What
from tests.building import fleet_of, release
from tests.engine.line import Line

HOUR = timedelta(hours=1)
SCOPE = Scope("production", "shop")


def lock(line: Line, user: str = "U0ANA", service: str | None = "shop", lease: timedelta | None = None) -> Lock:
    taken = line.locks.lock(user, service, "production", "load test", lease)
    assert isinstance(taken, Lock), taken
    return taken


def reason(found: object) -> Reason:
    assert isinstance(found, Refusal), found
    return found.reason


def test_a_lock_is_told_in_the_channel_and_in_the_audit(line: Line) -> None:
    taken = lock(line, lease=2 * HOUR)
    assert (taken.holder, taken.scope, taken.until) == ("U0ANA", SCOPE, taken.since + 2 * HOUR)
    assert line.messages()[f"lock:{taken.id}"].startswith(":lock: shop in production · locked by <@U0ANA>")
    assert [row.fields["what"] for row in line.journal.audit.newest(1)] == [What.LOCK_TAKEN]


@pytest.mark.parametrize("service", ["shop", None])
def test_others_are_refused_and_the_holder_deploys(line: Line, service: str | None) -> None:
    taken = lock(line, service=service)
    refusal = line.ask("1.4.2", user="U0BEN")
    assert reason(refusal) is Reason.LOCKED
    assert isinstance(refusal, Refusal)
    assert refusal.lock == taken
    assert line.deploy("1.4.2", user="U0ANA").state is DeployState.SUCCEEDED


def test_a_lock_for_one_ref_keeps_its_holder_from_undoing_it(line: Line) -> None:
    taken = line.locks.lock("U0ANA", "shop", "production", "load test", None, "1.4.2")
    assert isinstance(taken, Lock)
    assert line.messages()[f"lock:{taken.id}"].startswith(":lock: shop@1.4.2 in production · locked by <@U0ANA>")
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    refusal = line.ask("main")
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.name, refusal.lock) == (Reason.OTHER_REF, "main", taken)
    assert reason(line.ask("1.4.2", user="U0BEN")) is Reason.LOCKED
    again = line.locks.lock("U0ANA", "shop", "production", "now main", None, "main")
    assert isinstance(again, Lock)
    assert (again.id, again.ref) == (taken.id, "main")
    assert line.deploy("main").state is DeployState.SUCCEEDED


def test_a_rollback_passes_the_holders_own_lock_for_one_ref(standing: Line) -> None:
    standing.locks.lock("U0ANA", "shop", "production", "load test", None, "1.4.2")
    standing.deploy("1.4.2")
    back = standing.moves.roll_back("U0ANA", "shop", None, "production")
    assert isinstance(back, Deploy)
    assert standing.ended(back.id).state is DeployState.SUCCEEDED


def test_a_lock_taken_while_git_is_asked_still_counts(line: Line) -> None:
    """Asked early and again in the transaction that begins the deploy."""
    resolve = line.source.resolve

    def slowly(repo: str, ref: str) -> str:
        lock(line)
        return resolve(repo, ref)

    line.source.resolve = slowly  # type: ignore[method-assign]
    assert reason(line.ask("1.4.2", user="U0BEN")) is Reason.LOCKED
    assert line.journal.deploys.recent(1) == []


def test_the_end_of_a_lease_opens_by_itself_and_is_told(line: Line) -> None:
    taken = lock(line, lease=HOUR)
    line.clock.sleep(HOUR)
    assert isinstance(line.ask("1.4.2", user="U0BEN"), Deploy)
    line.locks.lapse()
    ended = line.journal.locks.rows.get(taken.id)
    assert ended is not None
    assert (ended.how, ended.ended_at) == (How.LAPSED, taken.until)
    assert "its time is over" in line.messages()[f"lock:{taken.id}"]


def test_whoever_asks_for_a_held_lock_may_take_it_over_and_all_is_kept(line: Line) -> None:
    first = lock(line)
    refusal = line.locks.lock("U0BEN", "shop", "production", "customers wait", HOUR)
    assert reason(refusal) is Reason.HELD
    taken = line.locks.take_over("U0BEN", str(first.id), "customers wait", HOUR)
    assert isinstance(taken, Lock)
    assert (taken.holder, taken.reason) == ("U0BEN", "customers wait")
    old = line.journal.locks.rows.get(first.id)
    assert old is not None
    assert (old.how, old.ended_by) == (How.TAKEN, "U0BEN")
    assert f"taken over by <@{taken.holder}>" in line.messages()[f"lock:{first.id}"]
    told = "<@U0ANA>: <@U0BEN> has taken over your lock of shop in production: customers wait"
    assert line.messages()[f"lock:{first.id}:taken"] == told
    assert reason(line.ask("1.4.2", user="U0ANA")) is Reason.LOCKED


def test_a_click_on_a_lock_that_is_gone_robs_nobody(line: Line) -> None:
    first = lock(line)
    assert line.locks.look("U0BEN", str(first.id)) == first
    line.locks.unlock("U0ANA", "shop", None)
    assert reason(line.locks.look("U0BEN", str(first.id))) is Reason.NOT_LOCKED
    second = lock(line, "U0ANA")
    assert reason(line.locks.take_over("U0BEN", str(first.id), "mine", None)) is Reason.HELD
    assert reason(line.locks.unlock_shown("U0ANA", str(first.id))) is Reason.NOT_LOCKED
    assert line.journal.locks.rows.of(SCOPE) == second


@pytest.mark.parametrize("button", ["", "99", "one", "9" * 40])
def test_a_button_of_no_lock_is_answered(line: Line, button: str) -> None:
    assert reason(line.locks.unlock_shown("U0ANA", button)) is Reason.OVER
    assert reason(line.locks.ask_holder("U0ANA", button)) is Reason.OVER


def test_others_cannot_unlock_and_the_holder_is_asked_once_by_each(line: Line) -> None:
    taken = lock(line)
    assert reason(line.locks.unlock("U0BEN", "shop", "production")) is Reason.HELD
    for _ in range(2):
        assert line.locks.ask_holder("U0BEN", str(taken.id)) == taken
    asked = [text for key, text in line.messages().items() if key.startswith(f"lock:{taken.id}:asked")]
    assert asked == ["<@U0ANA>: <@U0BEN> would like to deploy to shop in production, which you hold locked."]
    line.locks.unlock("U0ANA", "shop", "production")
    assert reason(line.locks.ask_holder("U0BEN", str(taken.id))) is Reason.NOT_LOCKED


def test_who_may_not_deploy_may_not_lock_or_unlock(line: Line) -> None:
    lock(line)
    line.fleet = fleet_of(["web1"], (("access",), {"production": {"deploy": ["@oncall"]}}))
    assert reason(line.locks.lock("U0EVE", "shop", "production", "mine", None)) is Reason.FORBIDDEN
    assert reason(line.locks.unlock("U0EVE", "shop", "production")) is Reason.FORBIDDEN
    assert reason(line.locks.unlock_shown("U0EVE", "1")) is Reason.FORBIDDEN


@pytest.mark.parametrize(
    ("service", "environment", "why"),
    [
        ("shopp", "production", Reason.UNKNOWN_SERVICE),
        ("shop", "prodution", Reason.UNKNOWN_ENVIRONMENT),
        (None, "prodution", Reason.UNKNOWN_ENVIRONMENT),
    ],
)
def test_what_does_not_exist_cannot_be_locked(line: Line, service: str | None, environment: str, why: Reason) -> None:
    assert reason(line.locks.lock("U0ANA", service, environment, "load test", None)) is why


def test_of_two_who_lock_at_once_one_holds_it_and_the_other_is_told_who(line: Line) -> None:
    barrier = threading.Barrier(2)
    found: dict[str, Lock | Refusal] = {}

    def race(user: str) -> None:
        barrier.wait()
        found[user] = line.locks.lock(user, "shop", "production", "load test", None)

    racers = [threading.Thread(target=race, args=(user,)) for user in ("U0ANA", "U0BEN")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    (winner,) = [one for one in found.values() if isinstance(one, Lock)]
    (loser,) = [one for one in found.values() if isinstance(one, Refusal)]
    assert (loser.reason, loser.lock) == (Reason.HELD, winner)


@pytest.fixture
def rolled_back(standing: Line) -> Line:
    """1.5.0 over 1.4.1 was never healthy."""
    standing.apps.sick.add(release("1.5.0").sha)
    assert standing.deploy("1.5.0").state is DeployState.ROLLED_BACK
    return standing


def test_after_an_automatic_rollback_nobody_deploys_until_somebody_unlocks(rolled_back: Line) -> None:
    assert rolled_back.messages()["deploy:2"].endswith(" · locked")
    refusal = rolled_back.ask("1.4.2")
    assert isinstance(refusal, Refusal)
    assert refusal.lock is not None
    assert (refusal.reason, refusal.lock.holder, refusal.lock.deploy) == (Reason.LOCKED, "", 2)
    assert isinstance(rolled_back.locks.unlock_shown("U0BEN", str(refusal.lock.id)), Lock)
    assert rolled_back.messages()["deploy:2"].endswith("rolled back to 1.4.1 on 1 host")
    assert rolled_back.messages()[f"deploy:2:lock-{refusal.lock.id}"] == "unlocked by <@U0BEN>"
    assert "lock.unlock" not in str(rolled_back.blocks("deploy:2"))
    assert rolled_back.deploy("1.4.2").state is DeployState.SUCCEEDED


def test_of_two_clicks_on_unlock_one_counts(rolled_back: Line) -> None:
    assert isinstance(rolled_back.locks.unlock_shown("U0BEN", "1"), Lock)
    late = rolled_back.locks.unlock_shown("U0ANA", "1")
    assert isinstance(late, Refusal)
    assert late.lock is not None
    assert (late.reason, late.lock.ended_by) == (Reason.NOT_LOCKED, "U0BEN")


def test_rollbacks_pass_the_bots_lock(standing: Line) -> None:
    standing.deploy("1.4.2")
    standing.apps.sick.add(release("1.5.0").sha)
    standing.deploy("1.5.0")
    back = standing.moves.roll_back("U0ANA", "shop", None, "production")
    assert isinstance(back, Deploy)
    assert standing.ended(back.id).state is DeployState.SUCCEEDED
    assert reason(standing.ask("1.4.2")) is Reason.LOCKED  # still: nobody has said that it is well


def test_the_rollback_button_of_an_alert_passes_the_bots_lock(standing: Line) -> None:
    standing.deploy("1.4.2")
    standing.apps.sick.add(release("1.5.0").sha)
    standing.deploy("1.5.0")
    alert = standing.outage()
    back = standing.desk.ask_rollback("U0BEN", str(alert.incident.id))
    assert isinstance(back, Deploy)
    assert standing.ended(back.id).state is DeployState.SUCCEEDED
    assert standing.runs() == ["1.4.1"] * 4


def test_rollbacks_do_not_pass_the_lock_of_somebody_else(standing: Line) -> None:
    standing.deploy("1.4.2")
    lock(standing)
    assert reason(standing.moves.roll_back("U0BEN", "shop", None, "production")) is Reason.LOCKED


def test_a_rollback_locks_beside_a_persons_lock_and_outlasts_it(standing: Line) -> None:
    taken = lock(standing, lease=HOUR)
    standing.apps.sick.add(release("1.5.0").sha)
    ended = standing.deploy("1.5.0", user="U0ANA")
    assert ended.state is DeployState.ROLLED_BACK
    assert standing.messages()[f"deploy:{ended.id}"].endswith("locked")
    assert standing.journal.locks.rows.of(SCOPE) == taken, "theirs stays theirs"
    refused = standing.ask("1.4.2", user="U0ANA")
    assert isinstance(refused, Refusal)
    assert refused.lock is not None
    assert (refused.reason, refused.lock.deploy) == (Reason.LOCKED, ended.id), "nor has its holder looked yet"
    standing.clock.sleep(2 * HOUR)
    standing.locks.lapse()
    assert reason(standing.ask("1.4.2", user="U0BEN")) is Reason.LOCKED


def test_each_unlocks_what_is_theirs_to_end_and_is_told_what_still_lies_there(standing: Line) -> None:
    theirs = lock(standing)
    standing.apps.sick.add(release("1.5.0").sha)
    standing.deploy("1.5.0", user="U0ANA")
    bots = standing.journal.locks.rows.after(2)
    assert bots is not None
    by_button = standing.locks.unlock_shown("U0BEN", str(bots.id))
    assert isinstance(by_button, Lock)
    assert (by_button.id, standing.locks.left(by_button)) == (bots.id, theirs)
    assert reason(standing.locks.unlock("U0BEN", "shop", "production")) is Reason.HELD
    ended = standing.locks.unlock("U0ANA", "shop", "production")
    assert isinstance(ended, Lock)
    assert (ended.id, standing.locks.left(ended)) == (theirs.id, None)


def test_typed_ones_own_lock_is_ended_before_the_bots(standing: Line) -> None:
    theirs = lock(standing)
    standing.apps.sick.add(release("1.5.0").sha)
    standing.deploy("1.5.0", user="U0ANA")
    ended = [standing.locks.unlock("U0ANA", "shop", "production") for _ in range(2)]
    assert [one.holder for one in ended if isinstance(one, Lock)] == ["U0ANA", ""]
    assert reason(standing.locks.unlock("U0ANA", "shop", "production")) is Reason.NOT_LOCKED
    assert theirs.holder == "U0ANA"


def test_a_deploy_that_changed_nothing_locks_nothing(standing: Line) -> None:
    assert standing.holds.of(Target("shop", "production")).lock is None
    standing.backend.raises["survey"].append(ZeroDivisionError("once"))
    assert standing.deploy("1.4.2").state is DeployState.FAILED
    assert standing.holds.of(Target("shop", "production")).lock is None


def test_status_shows_the_lock(rolled_back: Line) -> None:
    (row,) = rolled_back.board.overview().rows
    assert [view.hold.lock.deploy for view in row if view.hold.lock] == [2]
