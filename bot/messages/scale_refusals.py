"""Why a number of hosts is not changed: what stands in the way, and the way out."""

from datetime import datetime

from bot.messages.rights import who_may
from bot.messages.scaling import healthy_words, step_words
from bot.messages.words import age, count, date, escape, user
from bot.refusals import Reason, Refusal
from bot.scales import Scaling, Stand


def scale_words(refusal: Refusal, now: datetime) -> tuple[str, str] | None:
    """(what stands in the way, the way out), in mrkdwn; None for a refusal of another kind."""
    if refusal.reason is Reason.BUSY and refusal.scale:
        return _busy(refusal.scale, now)
    if refusal.scale and refusal.reason in (Reason.NOT_YOURS, Reason.STALE):
        return _click(refusal.reason, refusal.scale)
    place, detail = escape(str(refusal.target or "")), escape(refusal.detail)
    return {
        Reason.NOT_SCALED: (
            f"The number of hosts of {place} is not changed from here: {detail}.",
            "`ec2` with `launch` or `group`, `asg` and `ecs` can be, with `scale: {min: 2, max: 10}` beside.",
        ),
        Reason.NOT_RULED: (
            f"No rules decide about {place}: there is nothing to hold or to give back.",
            "`scale: {target_cpu: 60}` in the fleet file would be one.",
        ),
        Reason.OUT_OF_LIMITS: _out_of_limits(refusal),
        Reason.SO_MANY: (f"{place} has {_hosts(refusal.detail)} already: nothing is to be done.", _held_so()),
        Reason.NONE_MAY_GO: (
            f"So many hosts of {place} may not go: {detail}.",
            "Ask for fewer to go, or take that protection away in the cloud.",
        ),
        Reason.OTHER_NUMBER: (
            f"Meanwhile {place} has {_hosts(refusal.detail)}: nothing was begun.",
            f"Ask for what is wanted now: `/scale {refusal.target.service if refusal.target else 'SERVICE'} NUMBER`.",
        ),
        Reason.MAY_NOT_SCALE: (
            f"You may not change the number of hosts in {refusal.target.environment if refusal.target else ''}.",
            who_may(refusal.known),
        ),
        Reason.HOLD_TOO_LONG: (
            f"{place} is not held: a hold lasts {detail} at most.",
            "Ask for less, or change `scale` in the fleet file.",
        ),
        Reason.POOL_UNREAD: (
            f"How {place} stands cannot be read: {detail}",
            "Nothing was begun. `python -m bot iam ENV` prints the policy that is needed.",
        ),
    }.get(refusal.reason)


def _busy(act: Scaling, now: datetime) -> tuple[str, str]:
    who = "Pointsman itself" if act.by_itself else user(act.requester)
    so_far = f", {healthy_words(act.well, act.after)}" if act.well is not None else ""
    since = act.began_at or act.created_at
    what = (
        f"{escape(str(act.target))} {step_words(act)} by {who} is on its way since {date(since)} ({age(now - since)})"
    )
    return f"{what}{so_far}.", "Wait for it to end: its message says how it goes."


def _click(reason: Reason, asked: Scaling) -> tuple[str, str]:
    service, environment = asked.target.service, asked.target.environment
    typed = f"/scale {service} in {environment} {asked.after}"
    if asked.replaces:
        typed = f"/deploy replace {service} {asked.replaces} in {environment}"
    again = f"Type it again: `{typed}`"
    if reason is Reason.NOT_YOURS:
        return "Only who asked for it can begin it.", again
    return "Too late: what was shown is not sure to be so any more. Nothing was begun.", again


def _out_of_limits(refusal: Refusal) -> tuple[str, str]:
    least, most = refusal.known[:1] or ("1",), refusal.known[1:] or ("more",)
    place = escape(str(refusal.target or ""))
    asked, limits = escape(refusal.name[:40]), f"{least[0]} to {_hosts(most[0])}"
    here = f"There {'is' if refusal.detail == '1' else 'are'} {refusal.detail}."
    return (
        f"`{asked}` is not within what the fleet file allows {place}: {limits}. {here}",
        "Ask for a number within, or change `scale: {min, max}` in the fleet file.",
    )


def _hosts(number: str) -> str:
    return count(int(number), "host") if number.isdigit() else "other hosts"


def _held_so() -> str:
    return "To keep the rules from changing it: `/scale SERVICE hold 2h`."


def used_words(act: Scaling) -> str:
    """What became of a proposal that is clicked again."""
    if act.stand is Stand.CANCELLED:
        return f"{user(act.requester)} cancelled it; nothing was begun"
    return f"{escape(str(act.target))} {step_words(act)} was begun by that button already"
