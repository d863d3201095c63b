"""Locks: each one's own message in the channel, what its thread is told, and the list of all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.holds import Frozen, How, Lock, Wish
from bot.messages.blocks import Block, actions, button, confirm, content, section
from bot.messages.freezes import frozen_words
from bot.messages.reason_form import reason_form
from bot.messages.words import age, count, date, duration, escape, user
from bot.model import Content

UNLOCK, TAKE, ASK = "lock.unlock", "lock.take", "lock.ask"
TAKE_WHY, WHY_FORM = "lock.take_why", "lock.why"
EMPTY = "Say why you take it over: whoever held it is told."
MOMENT = "{date_short_pretty} {time}"
MOST = 20  # of a list


def lock_message(lock: Lock) -> Content:
    """`🔒 shop in production · locked by @ana until …: load test`, edited in place when it ends."""
    line = f":lock: {_name(lock)} · locked by {holder(lock)}{until(lock.until)}: {escape(lock.reason)}"
    if lock.how is None:
        return content(line, [section(f"*{line}*"), actions(unlock_button(lock))])
    line = f":unlock: {_name(lock)} · {_ending(lock)} · was locked by {holder(lock)} for {_lasted(lock)}"
    return content(f"{line}: {escape(lock.reason)}", [section(f"{line}: {escape(lock.reason)}")])


def _ending(lock: Lock) -> str:
    if lock.how is How.LAPSED:
        return "its time is over"
    return f"{'taken over' if lock.how is How.TAKEN else 'unlocked'} by {user(lock.ended_by)}"


def _lasted(lock: Lock) -> str:
    return duration((lock.ended_at or lock.since) - lock.since)


def unlock_button(lock: Lock) -> Block:
    question = confirm(f"Unlock {lock.scope}?", f"Deploys may begin there again. {escape(lock.reason)}", "Unlock")
    return button(f"Unlock {lock.scope}", UNLOCK, str(lock.id), None, question)


def take_button(lock: Lock, wish: Wish) -> Block:
    """Its value holds what the asker typed: the lock that was shown, the lease in seconds (or nothing), the ref (or
    nothing), the reason.
    """
    lease = int(wish.lease.total_seconds()) if wish.lease else ""
    question = confirm(f"Take over {lock.scope}?", "Whoever holds the lock loses it, and is told by whom.", "Take over")
    return button("Take over", TAKE, f"{lock.id}:{lease}:{wish.ref}:{wish.reason}", "danger", question)


def take_why_button(lock: Lock) -> Block:
    """For who has typed no reason: a form asks for it."""
    return button("Take over…", TAKE_WHY, str(lock.id))


def why_form(lock: Lock, channel: str, now: datetime) -> dict[str, Any]:
    """`channel` is where the answer goes."""
    words = f"{lock_words(lock, now)}\nWhoever holds it loses it, and is told by whom and why."
    return reason_form(
        WHY_FORM,
        f"{channel} {lock.id}",
        "Take over a lock",
        "Take over",
        [section(words)],
        asks="Why do you need it now?",
        hint="Stands in the new lock, which is yours for 8 hours.",
        example="customers cannot pay",
    )


def taken_message(lock: Lock, old: Lock) -> Content:
    """In the thread of the lock that was taken over; pings who held it."""
    line = f"{user(old.holder)}: {user(lock.holder)} has taken over your lock of {_name(old)}: {escape(lock.reason)}"
    return content(line, [section(line)])


def read_take(value: str) -> tuple[str, timedelta | None, str, str]:
    """The lock's number, the lease, the ref and the reason of a Take over button; no ref holds a colon."""
    number, lease, ref, reason = (value.split(":", 3) + [""] * 3)[:4]
    usable = lease.isascii() and lease.isdigit() and len(lease) < 10
    return number, timedelta(seconds=int(lease)) if usable else None, ref, reason


def ask_button(lock: Lock) -> Block:
    return button("Ask whoever holds it", ASK, str(lock.id))


def asking_message(lock: Lock, asker: str) -> Content:
    """In the lock's thread; pings the holder."""
    line = f"{user(lock.holder)}: {user(asker)} would like to deploy to {_name(lock)}, which you hold locked."
    return content(line, [section(f"{line} Unlock it, or say here until when you need it.")])


def asked_message(lock: Lock) -> Content:
    line = f"{holder(lock)} is asked, in the thread of the lock's message."
    return content(line, [section(line)])


def unlocked_message(words: str) -> Content:
    """In the thread of the deploy whose rollback had locked; `words` are mrkdwn."""
    return content(words, [section(words)])


def locked_message(lock: Lock, channel: str) -> Content:
    """What whoever locked sees."""
    line = f"{_name(lock)} is locked by you{until(lock.until)}; {channel} is told."
    return content(line, [section(line)])


def released_message(lock: Lock, left: Lock | None = None, now: datetime | None = None) -> Content:
    """`left` is the lock that still lies there."""
    if left is None or now is None:
        line = f"{_name(lock)} is unlocked: deploys may begin there again."
        return content(line, [section(line)])
    line = f"That lock of {_name(lock)} is ended; another one still holds deploys back."
    buttons = [] if left.holder else [actions(unlock_button(left))]
    return content(line, [section(f"{line}\n{lock_words(left, now)}"), *buttons])


def locks_message(locks: Sequence[Lock], freezes: Sequence[Frozen], now: datetime) -> Content:
    """All that holds deploys back now."""
    if not locks and not freezes:
        line = "Nothing is locked, nothing is frozen."
        return content(line, [section(line)])
    line = f"{count(len(locks), 'lock')}, {count(len(freezes), 'frozen environment')}"
    lines = [frozen_words(one, now) for one in freezes] + [lock_words(one, now) for one in locks[:MOST]]
    if len(locks) > MOST:
        lines.append(f"and {count(len(locks) - MOST, 'more lock')}")
    return content(line, [section(f"*{line}*"), *(section(text) for text in lines)])


def lock_words(lock: Lock, now: datetime) -> str:
    """`🔒 shop in production · locked by @ana 3 min ago, until …: load test`."""
    since = age(now - lock.since)
    return f":lock: {_name(lock)} · locked by {holder(lock)} {since}{until(lock.until)}: {escape(lock.reason)}"


def holder(lock: Lock) -> str:
    return user(lock.holder) if lock.holder else "Pointsman"


def until(moment: datetime | None) -> str:
    return f", until {date(moment, MOMENT)}" if moment else ", until somebody unlocks it"


def _name(lock: Lock) -> str:
    """`shop in production`, `shop@1.4.2 in production`."""
    at = f"@{lock.ref}" if lock.ref else ""
    return escape(f"{lock.scope.service}{at} in {lock.scope.environment}" if lock.scope.service else str(lock.scope))
