"""Who is at work where something else was to begin: on what, since when, what it waits for, and the way out."""

from datetime import datetime

from bot.messages.acts import act_name
from bot.messages.words import age, date, escape, user
from bot.model import DeployKind
from bot.records import Deploy
from bot.refusals import Refusal


def busy_words(refusal: Refusal, now: datetime) -> tuple[str, str]:
    """(what stands in the way, the way out), in mrkdwn, of a refusal with a deploy or an act."""
    if refusal.deploy:
        return _deploy(refusal, refusal.deploy, now)
    if refusal.act is None:
        return "Something else is running there.", "`/status` shows how everything stands now."
    act = refusal.act
    name = act_name(act)
    what = f"{name[0].upper()}{name[1:]} by {user(act.requester)} is running there {_since(act.created_at, now)}"
    return f"{what}.", f"Wait for it to end: `/deploy status {act.target.service}`. {WAITS}"


WAITS = "A deploy with `--wait` stands in line for it."


def _deploy(refusal: Refusal, deploy: Deploy, now: datetime) -> tuple[str, str]:
    back = deploy.plan.kind is DeployKind.ROLLBACK
    who = f"{'Rollback' if back else 'Deploy'} {deploy.id} of {escape(deploy.release.name)} by {user(deploy.requester)}"
    what = f"{who} is running there {_since(deploy.created_at, now)}"
    if refusal.halt:
        asked = f"it was aborted by {user(refusal.halt.aborted_by)}, and waits until {_until(refusal.halt.expires_at)}"
        return f"{what}: {asked} for people to say what follows.", f"Choose in its message. {WAITS}"
    if deploy.aborted_by:
        return f"{what}, and is being aborted by {user(deploy.aborted_by)}.", f"It ends within minutes. {WAITS}"
    if refusal.approval:
        waits = f"it waits for approval, until {_until(refusal.approval.expires_at)}"
        return f"{what}: {waits}.", f"Promote or abort it in its message. {WAITS}"
    end = "" if back else f" To end it now and choose what follows: `/deploy abort {deploy.id}`."
    return f"{what}.", f"Wait for it to end: `/deploy status {deploy.target.service}`. {WAITS}{end}"


def unsettled_words(refusal: Refusal) -> tuple[str, str]:
    """The same of a place whose release was to be taken, while it gets another one."""
    running = refusal.deploy
    doing = "another release is being brought there"
    if running:
        kind = "rollback" if running.plan.kind is DeployKind.ROLLBACK else "deploy"
        who = f"{escape(running.release.name)} by {user(running.requester)}"
        doing = f"{kind} {running.id} to {who} is running there"
    return (
        f"`{escape(refusal.name)}`, where its releases come from, is not settled: {doing}.",
        f"Wait for its end, or name the release that is meant: {by_name(refusal)}.",
    )


def by_name(refusal: Refusal) -> str:
    """The command that names a release, filled in as far as the refusal knows: `/deploy shop@REF to production`."""
    place = refusal.target
    service, environment = (escape(place.service), escape(place.environment)) if place else ("SERVICE", "ENV")
    ref = escape(refusal.known[0]) if refusal.known else "REF"
    return f"`/deploy {service}@{ref} to {environment}`"


def _since(moment: datetime, now: datetime) -> str:
    return f"since {date(moment)} ({age(now - moment)})"


def _until(moment: datetime) -> str:
    return date(moment, "{time}")
