"""App Home: what waits for its reader, the table of /status, and what happened last."""

from typing import Any

from bot.errands import Errands
from bot.messages.attention import attention, legend
from bot.messages.blocks import context, divider, header, section
from bot.messages.deploy import title
from bot.messages.errands import errand_blocks
from bot.messages.history import MARKS
from bot.messages.status import overview_table, summary
from bot.messages.words import age, date, user
from bot.model import Content
from bot.records import Deploy
from bot.standing import Overview

EVENTS = 10


def home_view(seen: Overview | Content, errands: Errands, channel: str) -> dict[str, Any]:
    """Shows a Content (why there is nothing to see) as it is. `channel` is where deploys are told."""
    if isinstance(seen, Content):
        return {"type": "home", "blocks": list(seen.blocks)}
    blocks = [
        *errand_blocks(errands, channel, seen.now),
        divider(),
        header(summary(seen)),
        *attention(seen),
        overview_table(seen),
        context(legend(seen), f"As of {date(seen.now)}. `/status` is always fresh."),
    ]
    if seen.recent:
        events = [context(_event(deploy, seen)) for deploy in seen.recent[:EVENTS]]
        blocks += [divider(), section("*Last deploys*"), *events]
    return {"type": "home", "blocks": blocks}


def _event(deploy: Deploy, seen: Overview) -> str:
    return f"{MARKS[deploy.state]} · {title(deploy)} · {user(deploy.requester)} · {age(seen.now - deploy.created_at)}"
