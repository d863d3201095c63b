"""What checks do by themselves, in words."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.messages import words
from bot.messages.blocks import content, context, section
from bot.model import Action, Content, DeployKind
from bot.records import Deploy, Plan
from bot.watch import Alert

DEEDS = {Action.RESTART: "restarted", Action.ROLLBACK: "rolled back", Action.SCALE: "given a host more"}


def counted_words(number: int, most: int, within: timedelta) -> str:
    """`1 of 2 within 1 h`"""
    return f"{number} of {most} within {words.duration(within)}"


def crossing_words(plan: Plan) -> str:
    """Why nothing that crosses an irreversible release goes by itself."""
    back, names = words.escape(plan.release.name), words.listing([words.escape(name) for name in plan.irreversible])
    return f"going back to {back} crosses {names}, declared irreversible"


def running_words(deploy: Deploy) -> str:
    """`deploy 41 by @ana runs there`"""
    kind = "rollback" if deploy.plan.kind is DeployKind.ROLLBACK else "deploy"
    return f"{kind} {deploy.id} by {words.user(deploy.requester)} runs there"


def held_message(facts: Alert, action: Action, why: str) -> Content:
    """In the thread; `why` is mrkdwn."""
    first = f"*{words.escape(str(facts.incident.target))} is not {DEEDS[action]} by itself* · {why}"
    how = "The alert above says what can be done by hand. It is done by itself as soon as nothing stands in its way."
    return content(first.replace("*", ""), [section(first), context(how)])


def exhausted_message(
    facts: Alert, action: Action, most: int, within: timedelta, owners: Sequence[str], groups: Mapping[str, str]
) -> Content:
    """In the thread, with a mention of the owners: it is for people now. `groups` maps handles to group ids."""
    often = "once" if most == 1 else words.count(most, "time")
    told = words.listing([words.mention(who, groups) for who in owners], most=20)
    target = words.escape(str(facts.incident.target))
    line = f"{target} was {DEEDS[action]} by itself {often} within {words.duration(within)} and is down: your turn"
    first = f"*{line}*" + (f" · {told}" if told else "")
    how = "Nothing more is done by itself until that time is over. The alert above says what can be done."
    return content(first.replace("*", ""), [section(first), context(how)])
