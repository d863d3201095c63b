from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.holds import Lock, Scope, Wish
from bot.model import DeployKind, DeployState, Stage, StageState, Target
from bot.plan.locks import after_rollback, decide_lock, decide_take_over, decide_unlock
from bot.plan.stages import ROLLBACK_STAGE
from bot.records import Approval, Decision, DeployView
from bot.refusals import Reason, Refusal
from tests.building import NOW, a_deploy, a_plan, a_view, lines, release

SCOPE, EVERYTHING = Scope("production", "shop"), Scope("production")


def hours(number: float) -> datetime:
    return NOW + timedelta(hours=number)


def lock(holder: str = "U0ANA", until: float | None = 2, number: int = 5, scope: Scope = SCOPE) -> Lock:
    return Lock(scope, holder, "load test", hours(-1), None if until is None else hours(until), id=number)


def wish(by: str = "U0ANA", reason: str = "load test", lease: float | None = 2) -> Wish:
    return Wish(SCOPE, by, reason, None if lease is None else timedelta(hours=lease))


def held(standing: Lock, wish: Wish | None = None) -> Refusal:
    return Refusal(Reason.HELD, "shop in production", lock=standing, wish=wish)


MINE = Lock(SCOPE, "U0ANA", "load test", NOW, hours(2))
BENS = replace(MINE, holder="U0BEN")
OLD, LAPSED, BOTS = lock(), lock(until=0), lock("", None)
NO_REASON = Refusal(Reason.NO_REASON, "shop in production")
TOO_LONG = Refusal(Reason.LEASE_TOO_LONG, "shop in production", detail="7 days")
NOT_LOCKED = Refusal(Reason.NOT_LOCKED, "shop in production")


@pytest.mark.parametrize(
    ("asked", "standing", "outcome"),
    [
        (wish(), None, MINE),
        (wish(lease=None), None, replace(MINE, until=hours(8))),  # nobody said how long
        (wish(), LAPSED, MINE),
        (wish("U0BEN"), LAPSED, BENS),
        (wish(), OLD, replace(OLD, until=hours(2))),  # renewed: the same lock
        (wish(lease=5, reason="longer"), OLD, replace(OLD, until=hours(5), reason="longer")),
        (replace(wish(), ref="1.4.2"), None, replace(MINE, ref="1.4.2")),
        (replace(wish(), ref="1.4.2"), OLD, replace(OLD, until=hours(2), ref="1.4.2")),  # now for this one only
        (wish(), replace(OLD, ref="1.4.2"), replace(OLD, until=hours(2))),  # and for any again
        (wish("U0BEN"), OLD, held(OLD, wish("U0BEN"))),
        (wish("U0BEN"), lock(until=None), held(lock(until=None), wish("U0BEN"))),
        (wish(), BOTS, held(BOTS, wish())),  # unlock it, or take it over
        (wish(reason=""), None, NO_REASON),
        (wish(reason=" \n"), OLD, NO_REASON),
        (wish(reason=" load test "), None, MINE),
        (wish(lease=24 * 7), None, replace(MINE, until=hours(24 * 7))),
        (wish(lease=24 * 7 + 1), None, TOO_LONG),
    ],
)
def test_what_asking_for_a_lock_gives(asked: Wish, standing: Lock | None, outcome: Lock | Refusal) -> None:
    assert decide_lock(asked, standing, NOW) == outcome


@pytest.mark.parametrize(
    ("asked", "standing", "outcome"),
    [
        (wish("U0BEN"), OLD, BENS),
        (wish("U0BEN"), BOTS, BENS),
        (wish("U0BEN"), replace(OLD, until=hours(5)), BENS),  # renewed meanwhile: still that lock
        (wish("U0BEN", reason=""), OLD, NO_REASON),
        (wish("U0BEN", lease=999), OLD, TOO_LONG),
        (wish("U0BEN"), None, NOT_LOCKED),
        (wish("U0BEN"), LAPSED, NOT_LOCKED),
        (wish("U0BEN"), lock("U0CEM", number=6), held(lock("U0CEM", number=6), wish("U0BEN"))),  # another was quicker
        (wish("U0BEN"), lock(number=6), held(lock(number=6), wish("U0BEN"))),  # unlocked and locked anew
    ],
)
def test_what_taking_over_the_lock_that_was_shown_gives(
    asked: Wish, standing: Lock | None, outcome: Lock | Refusal
) -> None:
    assert decide_take_over(asked, 5, standing, NOW) == outcome


@pytest.mark.parametrize(
    ("by", "standing", "outcome"),
    [
        ("U0ANA", [OLD], OLD),
        ("U0BEN", [OLD], held(OLD)),
        ("U0BEN", [BOTS], BOTS),  # whoever may deploy there may say that it is well again
        ("U0BEN", [OLD, BOTS], BOTS),
        ("U0ANA", [BOTS, OLD], OLD),  # one's own first: the bot's wants a look
        ("U0ANA", [LAPSED, BOTS], BOTS),
        ("U0ANA", [], NOT_LOCKED),
        ("U0ANA", [LAPSED], NOT_LOCKED),
    ],
)
def test_what_unlocking_gives(by: str, standing: list[Lock], outcome: Lock | Refusal) -> None:
    assert decide_unlock(by, SCOPE, standing, NOW) == outcome


@pytest.mark.parametrize(
    ("until", "ended", "lives"),
    [(None, None, True), (2, None, True), (0.001, None, True), (0, None, False), (-1, None, False), (2, -0.5, False)],
)
def test_a_lease_ends_on_time(until: float | None, ended: float | None, lives: bool) -> None:
    found = replace(lock(until=until), ended_at=hours(ended) if ended else None)
    assert found.live(NOW) is lives


@pytest.mark.parametrize(
    ("scope", "target", "covered"),
    [
        (SCOPE, Target("shop", "production"), True),
        (SCOPE, Target("till", "production"), False),
        (SCOPE, Target("shop", "staging"), False),
        (EVERYTHING, Target("till", "production"), True),
        (EVERYTHING, Target("till", "staging"), False),
    ],
)
def test_what_a_scope_covers(scope: Scope, target: Target, covered: bool) -> None:
    assert scope.covers(target) is covered


def rolled_back(state: DeployState = DeployState.ROLLED_BACK, **changes: object) -> DeployView:
    view = a_view(a_deploy(state=state), lines(a_plan()), {1: (StageState.ERROR, "web1: 503")})
    back = Stage(9, ROLLBACK_STAGE, StageState.COMPLETE)
    return replace(view, stages=(*view.stages, back), **changes)  # type: ignore[arg-type]


def answered(decision: Decision) -> Approval:
    return Approval(41, 3, release().sha, NOW, hours(1), decision=decision)


SUCCEEDED = a_view(a_deploy(state=DeployState.SUCCEEDED), lines(a_plan()), {})
NOTHING_CHANGED = a_view(a_deploy(state=DeployState.FAILED), lines(a_plan()), {1: (StageState.ERROR, "test")})
BY_HAND = a_deploy(a_plan(kind=DeployKind.ROLLBACK), DeployState.FAILED)


@pytest.mark.parametrize(
    ("view", "locks"),
    [
        (rolled_back(), True),
        (rolled_back(DeployState.FAILED), True),  # not every host came back
        (rolled_back(approval=answered(Decision.PROMOTED)), True),  # it failed after people had let it go on
        (rolled_back(approval=answered(Decision.ABORTED)), False),
        (rolled_back(approval=answered(Decision.EXPIRED)), False),
        (rolled_back(deploy=replace(rolled_back().deploy, aborted_by="U0LEA")), False),
        (rolled_back(deploy=BY_HAND), False),
        (SUCCEEDED, False),
        (NOTHING_CHANGED, False),
    ],
)
def test_the_bot_locks_after_a_rollback_that_it_began_by_itself(view: DeployView, locks: bool) -> None:
    found = after_rollback(view, NOW)
    mine = Lock(SCOPE, "", "deploy 41 of 1.4.2 was rolled back", NOW, deploy=41)
    assert found == (mine if locks else None)


@pytest.mark.parametrize("state", [DeployState.SUCCEEDED, DeployState.FAILED])
def test_it_locks_after_a_rollback_of_what_went_down_however_that_ended(state: DeployState) -> None:
    """The lock belongs to the rollback, whose message shows it."""
    undone, plan = a_deploy(a_plan(), DeployState.SUCCEEDED), a_plan(kind=DeployKind.ROLLBACK, ref="1.4.1")
    view = replace(a_view(a_deploy(plan, state, 42), lines(plan), {}), undoes=undone)
    why = "deploy 41 of 1.4.2 went down and was rolled back"
    assert after_rollback(view, NOW) == Lock(SCOPE, "", why, NOW, deploy=42)
