"""What stands in the way of a deploy that could begin: locks, then the freeze; and what force passes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.holds import Frozen, Lock
from bot.model import DeployKind, Release, Target
from bot.refusals import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Going:
    """A deploy that wants to begin. `force` None: it does not ask to pass freezes and CI checks. `release` None: not
    known yet. `checks`: CI must have passed the release.
    """

    target: Target
    by: str
    kind: DeployKind = DeployKind.DEPLOY
    force: str | None = None
    release: Release | None = None
    checks: bool = False


def objections(going: Going, locks: Iterable[Lock], frozen: Frozen | None, now: datetime) -> list[Refusal]:
    """All of them in their fixed order, the first to be told: locks from the widest, then the freeze.

    A rollback passes the bot's own locks and freezes, a forced deploy of these only freezes. A lock taken for one ref
    stops its own holder's other ones.
    """
    return [*_locks(going, locks, now), *_freezes(going, frozen)]


def widest(locks: Iterable[Lock], target: Target, now: datetime) -> list[Lock]:
    """Those that lie on this target now, the widest first."""
    lying = [lock for lock in locks if lock.live(now) and lock.scope.covers(target)]
    return sorted(lying, key=lambda lock: (lock.scope.service is not None, lock.since))


def passed(going: Going, frozen: Frozen | None) -> str:
    """What force passes, and why, in plain words; empty when there is nothing to pass."""
    if going.force is None or going.kind is DeployKind.ROLLBACK:
        return ""
    what = [f"the freeze of {frozen.environment} ({frozen.window or frozen.reason})"] if frozen else []
    what += [f"CI checks of {going.release.short}"] if going.checks and going.release else []
    return f"{' and '.join(what)}: {going.force or 'no reason given'}" if what else ""


def _locks(going: Going, locks: Iterable[Lock], now: datetime) -> Iterator[Refusal]:
    for lock in widest(locks, going.target, now):
        others = lock.holder not in ("", going.by)
        if others or (not lock.holder and going.kind is not DeployKind.ROLLBACK):
            yield Refusal(Reason.LOCKED, str(lock.scope), target=going.target, lock=lock)
        elif _another(going, lock):
            yield Refusal(Reason.OTHER_REF, going.release.name if going.release else "", target=going.target, lock=lock)


def _another(going: Going, lock: Lock) -> bool:
    """Whether the holder would undo what the lock was taken for, perhaps unknowingly."""
    return going.kind is DeployKind.DEPLOY and going.release is not None and not lock.allows(going.release)


def _freezes(going: Going, frozen: Frozen | None) -> Iterator[Refusal]:
    if frozen and going.force is None and going.kind is not DeployKind.ROLLBACK:
        yield Refusal(Reason.FROZEN, frozen.environment, target=going.target, frozen=frozen)
