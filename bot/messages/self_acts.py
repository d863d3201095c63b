"""What checks do by themselves, in words."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.messages import words
from bot.messages.blocks import content, context, section
from bot.model import Action, Content
from bot.watch import Alert

DEEDS = {Action.RESTART: "restarted", Action.ROLLBACK: "rolled back"}


def counted_words(number: int, most: int, within: timedelta) -> str:
    """`1 of 2 within 1 h`"""
    return f"{number} of {most} within {words.duration(within)}"


def exhausted_message(
    facts: Alert, action: Action, most: int, within: timedelta, owners: Sequence[str], groups: Mapping[str, str]
) -> Content:
    """In the thread, with a mention of the owners: it is for people now. `groups` maps handles to group ids."""
    often = "once" if most == 1 else f"{most} times"
    told = words.listing([words.mention(who, groups) for who in owners], most=20)
    target = words.escape(str(facts.incident.target))
    line = f"{target} was {DEEDS[action]} by itself {often} within {words.duration(within)} and is down: your turn"
    first = f"*{line}*" + (f" · {told}" if told else "")
    how = "Nothing more is done by itself until that time is over. The alert above says what can be done."
    return content(first.replace("*", ""), [section(first), context(how)])
