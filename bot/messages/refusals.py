"""A no in words: what stands in the way, since when, whose it is, and the way out."""

from datetime import datetime

from bot.messages.blocks import content, context, section
from bot.messages.busy import busy_words, by_name, unsettled_words
from bot.messages.ci import ci_words
from bot.messages.evidence import never_tells
from bot.messages.halt import choice_words
from bot.messages.hold_refusals import hold_buttons, hold_words
from bot.messages.proposals import click_words
from bot.messages.rights import who_may
from bot.messages.scale_refusals import scale_words
from bot.messages.words import date, escape, listing, mention, user
from bot.model import Content
from bot.records import Decision
from bot.refusals import Reason, Refusal

LONGEST = 80  # characters of a name that somebody typed
AGAIN = "Deploy it again to be asked again."
HOW_IT_GOES = "The deploy's message says how it goes."


def refusal_message(refusal: Refusal, now: datetime) -> Content:
    what, way_out = words(refusal, now)
    blocks = [section(what)]
    if way_out:
        blocks.append(context(way_out))
    blocks += hold_buttons(refusal)
    return content(what, blocks)


def words(refusal: Refusal, now: datetime) -> tuple[str, str]:
    """(what stands in the way, the way out), in mrkdwn."""
    if refusal.reason is Reason.BUSY and (refusal.deploy or refusal.act):
        return busy_words(refusal, now)
    held = scale_words(refusal, now) or hold_words(refusal, now) or ci_words(refusal) or click_words(refusal)
    if held:
        return held
    return {
        **_unknown(refusal),
        **_along(refusal),
        **_by_itself(refusal),
        **_not_for_you(refusal),
        **_not_now(refusal),
    }[refusal.reason]


def _unknown(refusal: Refusal) -> dict[Reason, tuple[str, str]]:
    """What was typed, and is not so."""
    name = _quoted(refusal.name)
    return {
        Reason.UNREADABLE: (f"{escape(refusal.detail)}.{_near(refusal)}", f"Usage: `{escape(refusal.name)}`"),
        Reason.UNKNOWN_SERVICE: (f"There is no service {name}.{_near(refusal)}", f"Services: {_all(refusal)}"),
        Reason.UNKNOWN_ENVIRONMENT: (
            f"{_service(refusal)} does not run in {name}.{_near(refusal)}",
            f"It runs in {_all(refusal)}",
        )
        if refusal.target
        else (f"There is no environment {name}.{_near(refusal)}", f"Environments: {_all(refusal)}"),
        Reason.UNKNOWN_HOST: (
            f"{_service(refusal)} has no host {name} in {escape(_environment(refusal))}.{_near(refusal)}",
            f"Its hosts there: {_all(refusal)}",
        ),
        Reason.NO_HOSTS: (
            f"No host of {_service(refusal)} was found in {escape(_environment(refusal))}.",
            "Compare the tags of its running instances with `ec2` in the fleet file; they are looked for every 30 s.",
        ),
        Reason.UNKNOWN_REF: (
            f"No branch, tag or commit is called {name}.{_near(refusal)}",
            "Push it first, or name one that exists: a branch, a tag, or at least seven digits of a commit.",
        ),
        Reason.MOVED: (
            f"{name} is {_known(refusal, -1)} by now, no longer {_known(refusal, 0)} as the plan said.",
            "Nothing was begun. Look at the new plan, then ask again.",
        ),
        Reason.UNKNOWN_DEPLOY: (f"There is no deploy {name}.", "`/deploy history SERVICE` lists them."),
        Reason.SOURCE: (
            f"The repository cannot be read: {escape(refusal.detail)}",
            "Nothing was begun. Try again when git can fetch it.",
        ),
        Reason.WHICH_DEPLOY: (f"Several deploys run: {_all(refusal)}.", "Say which: `/deploy abort NUMBER`."),
        Reason.WHICH_ENVIRONMENT: (f"{name} runs in {_all(refusal)}.", "Say which: add `in ENV`."),
        Reason.NEVER_GOOD: (
            f"{name} never fully succeeded on {_service(refusal)}.{_near(refusal)}",
            f"Those that did: {_all(refusal)}. Deploy any other by its name.",
        ),
    }


def _along(refusal: Refusal) -> dict[Reason, tuple[str, str]]:
    """Promotions."""
    name = _quoted(refusal.name)
    return {
        Reason.FIRST_STEP: (
            f"{_service(refusal)} runs in no environment before {name}: nothing is promoted into it.",
            f"Deploy there by a ref: {by_name(refusal)}.",
        ),
        Reason.STAGED: (
            "A staged deploy is a promotion: it takes the very release that stands one environment before.",
            f"`/deploy promote {escape(refusal.name)} to {escape(_environment(refusal))}`",
        ),
        Reason.LAST_STEP: (
            f"Nothing comes after {name}: it is the last environment.",
            f"To bring another release there: {by_name(refusal)}.",
        ),
        Reason.NOTHING_TO_PROMOTE: (
            f"No release has ever fully succeeded in {name}, where its releases come from.",
            "Deploy there first, or name a ref.",
        ),
        Reason.UNSETTLED: unsettled_words(refusal),
    }


def _by_itself(refusal: Refusal) -> dict[Reason, tuple[str, str]]:
    """Of systems that bring releases by themselves."""
    name = _quoted(refusal.name)
    return {
        Reason.CLOUD: (
            f"What runs {_service(refusal)} there cannot be read: {escape(refusal.detail)}",
            "Nothing was begun. Try again once it answers.",
        ),
        Reason.UNKNOWN_TASK: (
            f"{_service(refusal)} has no task {name} in {escape(_environment(refusal))}.{_near(refusal)}",
            f"Its tasks there: {_all(refusal)}" if refusal.known else "A service on ECS has them: `ecs.tasks`.",
        ),
        Reason.AS_A_WHOLE: (
            f"{name} is for hosts, and {_service(refusal)} has none there: it is {_all(refusal)}.",
            "Leave it out; how it goes about it stands in the fleet file.",
        ),
    }


def _not_for_you(refusal: Refusal) -> dict[Reason, tuple[str, str]]:
    """Rights, and questions to people."""
    name = _quoted(refusal.name)
    return {
        Reason.FORBIDDEN: (
            f"You may not deploy to {escape(_environment(refusal))}.",
            who_may(refusal.known),
        ),
        Reason.MAY_NOT_RUN: (
            f"You may not run {name} in {escape(_environment(refusal))}.",
            who_may(refusal.known),
        ),
        Reason.MAY_NOT_APPROVE: (
            f"You may not approve in {escape(_environment(refusal))}.",
            who_may(refusal.known),
        ),
        Reason.DECIDED: _decision(refusal),
        Reason.OTHER_PLAN: (
            f"That button belonged to another plan than the one that deploy {name} follows: nothing was decided.",
            "Look at the deploy's message as it stands now, and click there.",
        ),
        Reason.EXPIRED: ("Too late: that question has expired, and the deploy is going back.", AGAIN),
        Reason.OWN_REQUEST: (
            f"You asked for deploy {name} yourself, and {escape(_environment(refusal))} wants four eyes.",
            "Ask another approver to look at it.",
        ),
        Reason.WITHOUT_REASON: (
            f"The analysis of deploy {name} could not tell: it goes on only with a reason, and none was given.",
            "Press *Promote anyway* in its message, and say why.",
        ),
        Reason.TWICE: (
            f"You have approved deploy {name} already; it waits for somebody else.",
            "Ask another approver to look at it.",
        ),
        Reason.UNSURE_WHO: (
            f"Whether you may deploy to {escape(_environment(refusal))} cannot be read: {escape(refusal.detail)}",
            "Nothing was begun. Try again in a minute.",
        ),
    }


def _not_now(refusal: Refusal) -> dict[Reason, tuple[str, str]]:
    """How things stand."""
    name = _quoted(refusal.name)
    return {
        Reason.BUSY: (
            "Somebody was quicker, and what they began there has just ended.",
            "Look at `/status` first, then try again if it is still wanted.",
        ),
        Reason.NOTHING_GOOD: (
            f"No other release has ever fully succeeded on {_service(refusal)}.",
            f"Deploy one by its name: {by_name(refusal)}.",
        ),
        Reason.CHOSEN: (
            f"That is chosen already: {choice_words(refusal.halt)}",
            "The deploy's message shows the rest.",
        ),
        Reason.NOTHING_UNKNOWN: (
            f"Deploy {name} has no host of which nothing is known: there is nothing to try again.",
            "Roll back, or carry on.",
        ),
        Reason.SILENCE_TOO_LONG: (
            f"{name} was not silenced: a silence lasts {escape(refusal.detail)} at most.",
            "Ask for less, or write `maintenance` windows into the fleet file.",
        ),
        Reason.SILENCED: (
            f"{escape(refusal.name)} is silenced already, by {_people(refusal)} until {refusal.detail}.",
            f"To hear it again: *End the silence* in the alert, or `/status unsilence {escape(refusal.name)}`.",
        ),
        Reason.NOT_SILENCED: (f"{name} is not silenced by hand.", "`/status silences` lists what is silenced."),
        Reason.ACKNOWLEDGED: (
            f"Incident {name} is acknowledged already, by {_people(refusal)}.",
            "Ask them in its thread how it goes.",
        ),
        Reason.UNMEASURABLE: (
            f"Nothing was begun: {'; '.join(map(never_tells, refusal.known))}.",
            "Mend `strategy.analysis.metrics` in the fleet file, or deploy with `--now`, which watches no canary.",
        ),
        Reason.NOT_BY_HAND: (
            f"Incident {name} is not closed by hand: its check says when it is over.",
            f"Acknowledge it (`/status ack {name.strip('`')}`), silence it, or take its check out of the fleet file.",
        ),
        Reason.OVER: (f"Nothing was done: {escape(refusal.detail)}.", "`/status` shows how everything stands now."),
        Reason.STATE: (f"Nothing was begun: {escape(refusal.detail)}", "Try again when that is mended."),
    }


def _decision(refusal: Refusal) -> tuple[str, str]:
    question = refusal.approval
    if question is None or question.decided_at is None:
        return "That is decided already.", HOW_IT_GOES
    if question.decision is Decision.EXPIRED:
        return f"Too late: nobody answered until {date(question.decided_at)}, so the deploy went back.", AGAIN
    who = f" by {user(question.decided_by)}" if question.decided_by else ""
    return f"That is decided already: {question.decision}{who} at {date(question.decided_at)}.", HOW_IT_GOES


def _near(refusal: Refusal) -> str:
    return f" Did you mean {' or '.join(map(_quoted, refusal.near))}?" if refusal.near else ""


def _all(refusal: Refusal) -> str:
    return listing([escape(name) for name in refusal.known], most=20) or "none yet"


def _known(refusal: Refusal, at: int) -> str:
    return f"`{escape(refusal.known[at])}`" if refusal.known else "another commit"


def _people(refusal: Refusal) -> str:
    return listing([mention(name, {}) for name in refusal.known], most=20)


def _quoted(name: str) -> str:
    """As code, short enough to leave room for the rest of the line, without a backtick that would end it."""
    name = name.replace("`", "'")
    return f"`{escape(name if len(name) <= LONGEST else name[:LONGEST])}{'…' if len(name) > LONGEST else ''}`"


def _service(refusal: Refusal) -> str:
    return f"`{escape(refusal.target.service)}`" if refusal.target else "It"


def _environment(refusal: Refusal) -> str:
    return refusal.target.environment if refusal.target else refusal.name
