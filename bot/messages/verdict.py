"""The form that asks for a reason, where people promote what an analysis could not tell."""

from typing import Any

from slack_sdk.models.blocks import InputBlock, PlainTextInputElement, PlainTextObject
from slack_sdk.models.views import View

from bot.messages.approval import evidence_blocks
from bot.messages.blocks import section
from bot.messages.deploy import title
from bot.messages.words import count
from bot.records import DeployView

CALLBACK = "deploy.verdict"
REASON = "reason"
LONGEST = 300  # characters; it stands in one line of the deploy's message
EMPTY = "Say why it may go on: this stands in the deploy's message and in the audit."


def verdict_form(view: DeployView, button: str, channel: str) -> dict[str, Any]:
    """`button` is what the button stood for, and `channel` where the answer goes."""
    left = sum(len(batch) for batch in view.deploy.plan.batches[1:])
    words = (
        f"*{title(view.deploy)}*\nThe analysis could not tell. Promoted, it goes on to the other {count(left, 'host')}."
    )
    return View(
        type="modal",
        callback_id=CALLBACK,
        private_metadata=f"{channel} {button}",
        title="Promote anyway",
        submit="Promote",
        close="Cancel",
        blocks=[section(words), *evidence_blocks(view), _reason()],
    ).to_dict()


def _reason() -> InputBlock:
    return InputBlock(
        block_id=REASON,
        label=PlainTextObject(text="Why may it go on?"),
        hint=PlainTextObject(text="Kept with the deploy: everybody sees it in its message."),
        element=PlainTextInputElement(
            action_id=REASON,
            min_length=3,
            max_length=LONGEST,
            placeholder=PlainTextObject(text="the slow answers were the load test"),
        ),
    )
