"""The bot cannot see: said once, and in the same message when it can again."""

from collections.abc import Sequence
from datetime import datetime

from bot.messages.alert import plain
from bot.messages.blocks import actions, button, content, section
from bot.messages.words import count, date, duration, escape, listing
from bot.model import Content
from bot.remedies import Kind
from bot.watch import Blindness, Dark, Unseen

ANYWAY = "incident.anyway"  # with the kind of act behind it
LEAVE = "incident.leave"
UNSEEN = "while I could not see"  # of what began then
TIME = "{time}"
NAMED = 8  # hosts


def blind_message(blindness: Blindness) -> Content:
    """`I CANNOT SEE · since 14:02:11 · 20 of 20 services and environments fail at once`, then its closed form."""
    if blindness.ended_at:
        lasted = duration(blindness.ended_at - blindness.since)
        span = f"{date(blindness.since)} – {date(blindness.ended_at)}"
        first = f"*I CAN SEE AGAIN* · could not for {lasted} ({span})"
        rest = [f"*What*  {escape(blindness.cause)}", "What is really down is told as soon as its checks say so."]
    else:
        first = f"*I CANNOT SEE* · since {date(blindness.since)} · {escape(blindness.cause)}"
        rest = [
            "Most likely it is my own network, so I call nothing DOWN. What is really down is told when I see again.",
            "Until then nothing acts by itself, and a button that acts asks once more.",
            "*Do*  look at the network of the machine that Pointsman runs on; then at the services themselves.",
        ]
    return content(plain(first), [section(first), *(section(text) for text in rest)])


def blind_words(since: datetime | None, cause: str) -> str:
    """`I cannot see since 14:02 (20 of 20 services and environments fail at once)`"""
    return f"I cannot see{f' since {date(since, TIME)}' if since else ''} ({escape(cause)})"


def unseen_message(unseen: Unseen) -> Content:
    """To whoever clicked: nothing has begun, and another click is wanted for it."""
    target, blind = unseen.incident.target, unseen.blindness
    what = f"{target.service} in {target.environment}"
    line = f"{blind_words(blind.since, blind.cause)}: whether {escape(what)} is still down is not known."
    words, question = _asked(unseen, escape(what))
    value = ":".join(filter(None, (str(blind.id), str(unseen.incident.id), unseen.step)))
    buttons = actions(
        button(words, f"{ANYWAY}.{unseen.kind}", value, "danger"), button("Leave it", LEAVE, str(unseen.incident.id))
    )
    advice = "Nothing was begun. I would not know whether it helped either; you may know better."
    return content(
        f"{line} Nothing was begun.", [section(f":warning: {line}"), section(advice), section(question), buttons]
    )


def _asked(unseen: Unseen, what: str) -> tuple[str, str]:
    """The button, and the question above it."""
    hosts = listing([escape(host) for host in unseen.hosts], most=NAMED) or "every host"
    step = escape(unseen.step)
    return {
        Kind.RESTART: ("Restart anyway", f"*Restart {what} on {hosts} anyway?*"),
        Kind.STEP: (f"Run {unseen.step} anyway", f"*Run {step} of {what} on {hosts} anyway?*"),
        Kind.REPLACE: (f"Replace {unseen.step} anyway", f"*Replace {step} of {what} anyway?*"),
        Kind.SCALE: ("Add 1 host anyway", f"*Add a host to {what} anyway?*"),
    }[unseen.kind]


def left_message() -> Content:
    line = "Left as it is: nothing was begun."
    return content(line, [section(line)])


def dark_words(dark: Dark) -> str:
    """`41 of 43 services and environments fail at once (1,000 checks)`."""
    return (
        f"{dark.failing:,} of {dark.targets:,} services and environments fail at once ({count(dark.checks, 'check')})"
    )


def reference_words(hosts: Sequence[str]) -> str:
    """`none of the reference targets answers: example.com, example.org`."""
    return f"none of the reference targets answers: {listing(hosts)}"
