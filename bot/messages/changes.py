"""What was done at a target, in mrkdwn that an age is put behind: `deploy 41 (1.4.1 → 1.4.2) by @ana ended`."""

from collections.abc import Sequence

from bot.messages.acts import act_name
from bot.messages.words import count, escape, listing, user
from bot.model import DeployKind, DeployState
from bot.records import Act, Deploy
from bot.scales import Scaling, Stand
from bot.watch import FleetPart

ENDINGS = {
    DeployState.RUNNING: "",
    DeployState.SUCCEEDED: "",
    DeployState.ROLLED_BACK: ", which failed and was rolled back,",
    DeployState.FAILED: ", which failed,",
}
RUNNING = ", which was running then, began"


def deploy_words(deploy: Deploy, over: bool) -> str:
    """`over`: it had ended by the moment that is looked at."""
    kind = "rollback" if deploy.plan.kind is DeployKind.ROLLBACK else "deploy"
    before = f"{escape(deploy.plan.fallback.name)} → " if deploy.plan.fallback else ""
    head = f"{kind} {deploy.id} ({before}{escape(deploy.release.name)}) by {user(deploy.requester)}"
    return f"{head}{ENDINGS[deploy.state]} ended" if over else f"{head}{RUNNING}"


def act_words(act: Act, over: bool) -> str:
    """`a restart of web1, web2 by @ana ended`"""
    head = f"{act_name(act)} by {user(act.requester)}"
    return f"{head}{'' if act.ok else ', which failed,'} ended" if over else f"{head}{RUNNING}"


def scaled_words(act: Scaling, over: bool) -> str:
    """`a change from 4 to 5 hosts by @ana ended`"""
    short = ", which stopped short," if act.stand is Stand.SHORT else ""
    head = f"a change from {act.before} to {count(act.after, 'host')} by {user(act.requester)}"
    return f"{head}{short} ended" if over else f"{head}{RUNNING}"


def fleet_words(parts: Sequence[FleetPart]) -> str:
    """`the fleet file (hosts, checks of shop) was loaded`: nobody is known to have changed it. One part at least."""
    first = parts[0]
    keys = dict.fromkeys(key for part in parts for key in part.keys)
    if not first.service:
        return "the fleet file (of what, cannot be told) was loaded"
    if not keys:
        return f"the fleet file ({escape(first.service)} is new there) was loaded"
    return f"the fleet file ({listing(list(keys))} of {escape(first.service)}) was loaded"


def hold_words(what: str, who: str, reason: str) -> str:
    """`a lock by @ben (data migration) began`"""
    return f"a {what} by {user(who)} ({escape(reason)}) began"
