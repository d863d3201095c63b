"""The line of deploys that wait: each one's own message in the channel, its thread, and what who asked sees."""

from bot.messages.blocks import Block, actions, button, content, context, section
from bot.messages.locks import MOMENT
from bot.messages.words import date, duration, escape, typed, user
from bot.model import Content, DeployKind
from bot.queue import Left, Place, Waiter
from bot.refusals import Reason, Refusal

LEAVE, AGAIN = "queue.leave", "queue.again"
FELL_OUT = frozenset({Left.REFUSED, Left.EXPIRED})


def waiting_message(place: Place) -> Content:
    """`⏳ shop@1.4.2 to production waits · 2nd in line, behind deploy 41 by @ana · asked by @ben`, edited in place."""
    waiter = place.waiter
    line = f":hourglass_flowing_sand: {_command(waiter)} waits · {_standing(place)} · asked by {user(waiter.asker)}"
    return content(line, [section(f"*{line}*"), context(_promise(waiter)), actions(_leave(waiter))])


def place_message(place: Place, channel: str) -> Content:
    """What whoever asked sees."""
    target = place.waiter.target
    line = f"{_ordinal(place.number)} in line for {target.service} in {target.environment}{_behind(place)}"
    told = f"It begins by itself, and {channel} tells you. {_promise(place.waiter)}"
    return content(line, [section(f"*{line}.* {told}"), actions(_leave(place.waiter))])


def ended_message(waiter: Waiter, why: str) -> Content:
    """The last version of its message. `why` is mrkdwn."""
    line = f"{_ending(waiter, why)} · asked by {user(waiter.asker)}"
    return content(line, [section(line)])


def ended_reply(waiter: Waiter, why: str) -> Content:
    """In its thread, once, to whoever asked; who fell out may ask again by a click."""
    line = f"{user(waiter.asker)} {_ending(waiter, why)}"
    if waiter.how not in FELL_OUT:
        return content(line, [section(line)])
    again = button(f"Ask again for {waiter.target.service} in {waiter.target.environment}", AGAIN, str(waiter.id))
    way = context(f"If it is still wanted, click, or type {typed('/deploy', f'{waiter.command} --wait')}")
    return content(line, [section(line), actions(again), way])


def left_message(waiter: Waiter) -> Content:
    """What whoever took it out sees."""
    line = f"{_command(waiter)} is out of the line: nothing begins."
    return content(line, [section(line)])


def newer_words(command: str, asker: str) -> str:
    """Why one was replaced, in mrkdwn."""
    return f"by a newer one, {escape(command)}, asked by {user(asker)}: only the latest counts there"


def over_words(waiter: Waiter) -> str:
    """Plain, for a click that comes late."""
    return {
        Left.BEGUN: f"it has begun as deploy {waiter.deploy}",
        Left.TAKEN_OUT: "it was taken out of the line before",
        Left.REPLACED: "a newer one has taken its place",
        Left.REFUSED: "it fell out of the line: its message says why",
        Left.EXPIRED: "it fell out of the line, since it could not begin in time",
        None: "it has just left the line",
    }[waiter.how]


def _ending(waiter: Waiter, why: str) -> str:
    waited = duration((waiter.ended_at or waiter.since) - waiter.since)
    return {
        Left.BEGUN: f":arrow_forward: {_command(waiter)} has begun as deploy {waiter.deploy}, after {waited} in line",
        Left.TAKEN_OUT: f":x: {_command(waiter)} was taken out of the line by {user(waiter.ended_by)}",
        Left.REPLACED: f":x: {_command(waiter)} was replaced in line {why}",
        Left.REFUSED: f":x: {_command(waiter)} fell out of the line at its turn: {why}",
        Left.EXPIRED: f":x: {_command(waiter)} fell out of the line: it could not begin within {waited}{why}",
        None: "",
    }[waiter.how]


def _standing(place: Place) -> str:
    return f"{_ordinal(place.number)} in line{_behind(place)}"


def _behind(place: Place) -> str:
    words = _obstacle(place.behind)
    return f", behind {words}" if words else ""


def _obstacle(refusal: Refusal) -> str:
    """What it waits for, in words that stay the same while that stays the same."""
    if refusal.deploy:
        kind = "rollback" if refusal.deploy.plan.kind is DeployKind.ROLLBACK else "deploy"
        return f"{kind} {refusal.deploy.id} by {user(refusal.deploy.requester)}"
    if refusal.act:
        return f"a restart by {user(refusal.act.requester)}"
    if refusal.lock:
        whose = f" of {user(refusal.lock.holder)}" if refusal.lock.holder else ""
        return f"the lock{whose} ({escape(refusal.lock.reason)})"
    if refusal.frozen:
        return f"the freeze of {refusal.frozen.environment} ({escape(refusal.frozen.window or refusal.frozen.reason)})"
    unread = {
        Reason.SOURCE: "its repository, which cannot be read",
        Reason.BLIND: "me: I cannot see now, and nothing begins by itself",
        Reason.UNSURE_WHO: "Slack, which does not say who may deploy there",
    }
    return f"{unread[refusal.reason]}: {escape(refusal.detail)}" if refusal.reason in unread else ""


def _promise(waiter: Waiter) -> str:
    end = date(waiter.until, MOMENT)
    return f"It is checked like a command typed at that moment. If it cannot begin until {end}, it leaves the line."


def _leave(waiter: Waiter) -> Block:
    return button("Leave the line", LEAVE, str(waiter.id))


def _command(waiter: Waiter) -> str:
    return escape(waiter.command)


def _ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"
