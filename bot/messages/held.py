"""A deploy that failed and was left standing, because behind it lies an irreversible release: people are asked."""

from bot.messages.blocks import actions, button, content, context, section
from bot.messages.deploy import title
from bot.messages.words import escape, listing, user
from bot.model import Content
from bot.records import Deploy, DeployView

BACK_ANYWAY = "deploy.back_anyway"


def held_message(view: DeployView, over: Deploy | None = None) -> Content:
    """In the deploy's thread, and pings who asked for it. Its button goes when something else (`over`) begins there."""
    deploy, names = view.deploy, ", ".join(map(escape, view.deploy.plan.irreversible))
    hosts = listing([line.host for line in view.hosts if line.may_run_new])
    line = (
        f"{user(deploy.requester)} deploy {deploy.id} was not rolled back: it crosses {names}, declared irreversible. "
        f"What it brought stays on {hosts}, and {deploy.target.service} is locked in {deploy.target.environment}."
    )
    if over:
        return content(line, [section(line), context(f"{title(over)} has begun there since.")])
    back = deploy.plan.fallback
    if back is None:
        return content(line, [section(line)])
    advice = f"Mend it forward, or go back: then what {names} did to data stays while {escape(back.name)} runs again."
    again = button(f"Roll back to {back.name} anyway…", BACK_ANYWAY, str(deploy.id), "danger")
    return content(line, [section(f"{line}\n{advice}"), actions(again)])
