"""What the asker alone sees when something has begun."""

from bot.messages.blocks import content, section
from bot.messages.deploy import title
from bot.messages.words import escape, listing
from bot.model import Content
from bot.records import Act, Deploy


def started_message(deploy: Deploy, channel: str) -> Content:
    line = f"{title(deploy)} has begun: watch it in {channel}"
    return content(line, [section(line)])


def act_message(act: Act) -> Content:
    target, hosts = act.target, listing(act.hosts)
    what = f"Running {escape(act.step)} of" if act.step else "Restarting"
    line = f"{what} {target.service} in {target.environment} on {hosts}: the alert says how it ends"
    return content(line, [section(line)])


def aborting_message(deploy: Deploy) -> Content:
    line = (
        f"{title(deploy)} is being aborted: what runs on a host stops within seconds."
        " Where a host was changed, its message asks what follows: back, again, or on."
    )
    return content(line, [section(line)])
