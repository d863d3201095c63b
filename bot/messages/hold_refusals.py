"""What locks and freezes say no with: who, why, since when, until when, and the way out."""

from datetime import datetime

from bot.holds import Lock
from bot.messages.blocks import Block, actions
from bot.messages.freezes import frozen_words
from bot.messages.locks import ask_button, holder, lock_words, take_button, take_why_button, unlock_button
from bot.messages.rights import who_may
from bot.messages.words import escape, user
from bot.refusals import Reason, Refusal

ALLOWED = "`Mon 08:00 Europe/Madrid`, `18:00 UTC`, `2026-12-28 09:00 UTC`"


def hold_words(refusal: Refusal, now: datetime) -> tuple[str, str] | None:
    """(what stands in the way, the way out), in mrkdwn; None for a refusal of another kind."""
    if refusal.lock and refusal.reason in (Reason.LOCKED, Reason.HELD):
        return f"{lock_words(refusal.lock, now)}.", _past_lock(refusal, refusal.lock)
    if refusal.lock and refusal.reason is Reason.OTHER_REF:
        return f"{lock_words(refusal.lock, now)}.", _past_own_lock(refusal, refusal.lock)
    if refusal.frozen and refusal.reason is Reason.FROZEN:
        force = 'Whoever may pass a freeze can add `--force "reason"`.'
        return f"{frozen_words(refusal.frozen, now)}.", f"Wait until then, or roll back: that passes. {force}"
    name = escape(refusal.name)
    return {
        Reason.LOCKED: (f"{name} was locked meanwhile.", "`/deploy locks` lists what is."),
        Reason.HELD: (f"{name} was locked by somebody else meanwhile.", "`/deploy locks` lists what is."),
        Reason.OTHER_REF: (f"{name} is not the ref that you locked it for.", "`/deploy locks` lists what is."),
        Reason.FROZEN: (f"{_frozen(refusal, now)}.", "Wait until it is over, or roll back: that passes."),
        Reason.NOT_LOCKED: (f"{name} is not locked{_ended(refusal.lock)}.", "`/deploy locks` lists what is."),
        Reason.NO_REASON: (f"{name} was not locked: no reason was given.", 'Say why, in quotes: `"load test"`.'),
        Reason.LEASE_TOO_LONG: (
            f"{name} was not locked: a lock stands for {escape(refusal.detail)} at most.",
            "Ask for less; the holder can renew it by locking again.",
        ),
        Reason.FROZEN_ALREADY: (
            f"{_frozen(refusal, now)}.",
            f"To change it, unfreeze first: `/deploy unfreeze {name}`.",
        ),
        Reason.NOT_FROZEN: (f"{name} is not frozen.", "`/deploy locks` lists what is."),
        Reason.IN_THE_FILE: (
            f"{_frozen(refusal, now)}. No command ends a window of the fleet file.",
            'Pass it with `--force "reason"`, or change `freezes` in the fleet file.',
        ),
        Reason.UNCLEAR_TIME: (f"Until when? {escape(refusal.detail)}.", f"For example {ALLOWED}."),
        Reason.MAY_NOT_FORCE: (
            f"{_frozen(refusal, now)}. Somebody else's freeze is not yours to end."
            if refusal.frozen
            else f"You may not pass freezes or CI checks of {_environment(refusal)}.",
            who_may(refusal.known),
        ),
    }.get(refusal.reason)


def hold_buttons(refusal: Refusal) -> list[Block]:
    """What the asker can do about the lock that stands in the way."""
    lock = refusal.lock
    if lock and refusal.reason is Reason.OTHER_REF:
        return [actions(unlock_button(lock))]
    if lock is None or refusal.reason not in (Reason.LOCKED, Reason.HELD):
        return []
    if not lock.holder:
        return [actions(unlock_button(lock))]
    take = take_button(lock, refusal.wish) if refusal.wish else take_why_button(lock)
    return [actions(ask_button(lock), take)]


def _past_lock(refusal: Refusal, lock: Lock) -> str:
    where = f"{lock.scope.service or 'all'} in {lock.scope.environment}"
    if not lock.holder:
        return f"Look at deploy {lock.deploy} first, then `/deploy unlock {where}`. A rollback passes."
    if refusal.wish:
        return f"Ask {holder(lock)}, or take it over: the reason you gave is kept."
    return f'Ask {holder(lock)}, or take it over: `/deploy lock {where} "reason"`.'


def _past_own_lock(refusal: Refusal, lock: Lock) -> str:
    service, environment, wanted = lock.scope.service, lock.scope.environment, escape(refusal.name)
    return (
        f"It is your lock, taken for {escape(lock.ref)}, which {wanted} would undo. If that is meant, "
        f"`/deploy unlock {service} in {environment}`, or lock it for the other: "
        f'`/deploy lock {service}@{wanted} in {environment} "reason"`.'
    )


def _ended(lock: Lock | None) -> str:
    return f" any more: {user(lock.ended_by)} unlocked it" if lock and lock.ended_by else ""


def _frozen(refusal: Refusal, now: datetime) -> str:
    return frozen_words(refusal.frozen, now) if refusal.frozen else f"{escape(refusal.name)} is frozen"


def _environment(refusal: Refusal) -> str:
    return escape(refusal.target.environment if refusal.target else refusal.name)
