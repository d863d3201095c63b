"""The form that asks for a reason, where people promote what an analysis could not tell."""

from typing import Any

from bot.messages.approval import evidence_blocks
from bot.messages.blocks import section
from bot.messages.deploy import title
from bot.messages.reason_form import reason_form
from bot.messages.words import count
from bot.records import DeployView

CALLBACK = "deploy.verdict"
EMPTY = "Say why it may go on: this stands in the deploy's message and in the audit."


def verdict_form(view: DeployView, button: str, channel: str) -> dict[str, Any]:
    """`button` is what the button stood for, and `channel` where the answer goes."""
    left = sum(len(batch) for batch in view.deploy.plan.batches[1:])
    words = (
        f"*{title(view.deploy)}*\nThe analysis could not tell. Promoted, it goes on to the other {count(left, 'host')}."
    )
    return reason_form(
        CALLBACK,
        f"{channel} {button}",
        "Promote anyway",
        "Promote",
        [section(words), *evidence_blocks(view)],
        asks="Why may it go on?",
        hint="Kept with the deploy: everybody sees it in its message.",
        example="the slow answers were the load test",
    )
