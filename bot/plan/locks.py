"""Who may take, take over and give back a lock. Who may deploy there at all is decided before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.holds import Lock, Scope, Wish
from bot.model import DeployKind, DeployState, StageState
from bot.plan.irreversible import held_back
from bot.plan.stages import ROLLBACK_STAGE
from bot.records import Decision, DeployView
from bot.refusals import Reason, Refusal

USUAL = timedelta(hours=8)  # a lease when nobody says how long: a day's work
LONGEST = timedelta(days=7)


def decide_lock(wish: Wish, standing: Lock | None, now: datetime) -> Lock | Refusal:
    """The lock to write; `standing` is the one of the same scope. One's own is renewed, and keeps its beginning."""
    wrong = _unreasonable(wish)
    if wrong:
        return wrong
    if standing is None or not standing.live(now):
        return _lock(wish, now)
    if standing.holder == wish.by:
        return replace(standing, reason=wish.reason.strip(), until=now + (wish.lease or USUAL), ref=wish.ref)
    return Refusal(Reason.HELD, str(wish.scope), lock=standing, wish=wish)


def decide_take_over(wish: Wish, seen: int, standing: Lock | None, now: datetime) -> Lock | Refusal:
    """`seen` is the lock that the asker was shown: whoever took it meanwhile is not robbed by that click."""
    wrong = _unreasonable(wish)
    if wrong:
        return wrong
    if standing is None or not standing.live(now):
        return Refusal(Reason.NOT_LOCKED, str(wish.scope))
    return _lock(wish, now) if standing.id == seen else Refusal(Reason.HELD, str(wish.scope), lock=standing, wish=wish)


def decide_unlock(by: str, scope: Scope, standing: Sequence[Lock], now: datetime) -> Lock | Refusal:
    """The lock to end: the holder's own, or the bot's, which anybody may undo who may deploy there; one's own before
    that. Others take over first, with a reason.
    """
    live = [lock for lock in standing if lock.live(now)]
    if not live:
        return Refusal(Reason.NOT_LOCKED, str(scope))
    open_to = [lock for lock in live if lock.holder in ("", by)]
    own = [lock for lock in open_to if lock.holder]
    return next(iter([*own, *open_to]), Refusal(Reason.HELD, str(scope), lock=live[0]))


def _unreasonable(wish: Wish) -> Refusal | None:
    if not wish.reason.strip():
        return Refusal(Reason.NO_REASON, str(wish.scope))
    if (wish.lease or USUAL) > LONGEST:
        return Refusal(Reason.LEASE_TOO_LONG, str(wish.scope), detail=f"{LONGEST.days} days")
    return None


def _lock(wish: Wish, now: datetime) -> Lock:
    return Lock(wish.scope, wish.by, wish.reason.strip(), now, now + (wish.lease or USUAL), ref=wish.ref)


def after_rollback(view: DeployView, now: datetime) -> Lock | None:
    """The bot's own lock after a rollback that it began by itself, or left to people: nothing is deployed there again
    until somebody has looked. Where people said no, or nothing, the release is not known to be bad: then None.
    """
    deploy, scope = view.deploy, Scope(view.deploy.target.environment, view.deploy.target.service)
    if view.undoes:
        undone = view.undoes
        why = f"deploy {undone.id} of {undone.release.name} went down and was rolled back"
        return Lock(scope, "", why, now, deploy=deploy.id)
    if deploy.plan.kind is DeployKind.ROLLBACK or deploy.state is DeployState.SUCCEEDED:
        return None
    scope = Scope(deploy.target.environment, deploy.target.service)
    if held := held_back(view):
        reason = f"deploy {deploy.id} stopped and was not rolled back behind {', '.join(held)}, which is irreversible"
        return Lock(scope, "", reason, now, deploy=deploy.id)
    went_back = any(stage.name == ROLLBACK_STAGE and stage.state is not StageState.PENDING for stage in view.stages)
    unanswered = view.approval is not None and view.approval.decision in (Decision.ABORTED, Decision.EXPIRED)
    if not went_back or unanswered or deploy.aborted_by:
        return None
    return Lock(scope, "", f"deploy {deploy.id} of {deploy.release.name} was rolled back", now, deploy=deploy.id)
