"""What follows a deploy that is done: how long its checks are watched, and what came of it."""

from collections.abc import Sequence

from bot.aftercare import Aftercare, Aftermath
from bot.messages.blocks import Block, content, context, section
from bot.messages.words import date, duration, escape, listing, user
from bot.model import Content, DeployState, Incident
from bot.records import Deploy, DeployView


def care_blocks(view: DeployView) -> list[Block]:
    """Below a deploy that is, or was, watched; and below the rollback that came of one."""
    if view.undoes:
        undone = view.undoes
        why = view.undoing.words if view.undoing else ""
        return [section(f"By itself, because of deploy {undone.id} of {user(undone.requester)}: {why}")]
    if view.care is None:
        return []
    loud = view.care.aftermath in (Aftermath.ROLLED_BACK, Aftermath.LEFT)
    return [section(care_words(view.care, view))] if loud else [context(care_words(view.care, view))]


def care_words(care: Aftercare, view: DeployView) -> str:
    """In mrkdwn."""
    service, span = escape(view.deploy.target.service), duration(care.span)
    back = view.deploy.plan.fallback
    goes = f"it goes back to {escape(back.name)} by itself" if back else "people are told"
    return {
        None: f"Watching {service}'s checks until {date(care.until, '{time}')}: if one goes down, {goes}.",
        Aftermath.WELL: f"All checks stayed well for {span} afterwards.",
        Aftermath.UNSURE: f"Watched for {span} afterwards · {care.words}",
        Aftermath.ROLLED_BACK: f":warning: {care.words} · {_undone(view)}",
        Aftermath.LEFT: f":warning: Not rolled back by itself: {care.words}. `/status {service}` shows how it stands;"
        f" a person may still go back: `/deploy rollback {service} in {view.deploy.target.environment}`",
        Aftermath.OVERTAKEN: "No longer watched: another deploy began there.",
        Aftermath.GONE: "No longer watched: it has left the fleet file.",
    }[care.aftermath]


def _undone(view: DeployView) -> str:
    """How far its rollback is."""
    back = view.undone_by
    if back is None:
        return "rolled back"
    name = escape(back.release.name)
    return {
        DeployState.RUNNING: f"going back to {name} by itself: rollback {back.id}",
        DeployState.SUCCEEDED: f"rolled back to {name} by itself: rollback {back.id}",
    }.get(back.state, f"rollback {back.id} to {name} failed: look at its message first")


def after_headline(view: DeployView) -> str:
    """What the first line of a deploy says that was done and then went down; empty while all is well."""
    aftermath = view.care.aftermath if view.care else None
    if aftermath is Aftermath.LEFT:
        return ", then went down · not rolled back by itself"
    return f", then went down · {_undone(view)}" if aftermath is Aftermath.ROLLED_BACK else ""


def down_words(care: Aftercare, incident: Incident) -> str:
    """`shop · production · web3 went DOWN at 14:02:11, 94 s after deploy 41 was done: answered 503 in 41 ms`."""
    host = f" · {incident.host}" if incident.host else ""
    when = f"{date(incident.started_at)}, {duration(abs(incident.started_at - care.done_at))}"
    side = "after" if incident.started_at >= care.done_at else "before"
    what = f"{escape(str(incident.target) + host)} went DOWN at {when} {side} deploy {care.deploy} was done"
    return f"{what}: {escape(incident.cause[:200])}"


def down_reply(deploy: Deploy, words: str, rollback: Deploy | None) -> Content:
    """Said once in the deploy's thread; pings who asked for it."""
    then = "It is not rolled back by itself: look at it."
    if rollback:
        name, service = escape(rollback.release.name), escape(deploy.target.service)
        then = (
            f"It goes back to {name} by itself (rollback {rollback.id}), and {service} is locked until you unlock it."
        )
    line = f"{user(deploy.requester)} {words}"
    return content(line, [section(f"{line}\n{then}")])


def unsure_words(lacking: Sequence[str]) -> str:
    """`lacking` are ids of checks."""
    return f"not known to be well: {listing([escape(one) for one in lacking])}"
