"""A form that asks one thing: why."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import InputBlock, PlainTextInputElement, PlainTextObject
from slack_sdk.models.views import View

from bot.messages.blocks import Block

REASON = "reason"
LONGEST = 300  # characters; it stands in one line of a message


def reason_form(
    callback: str, memo: str, title: str, act: str, shown: Sequence[Block], asks: str, hint: str, example: str
) -> dict[str, Any]:
    """`memo` comes back with the answer; `act` is the word on the button, `shown` what the answer is about."""
    reason = InputBlock(
        block_id=REASON,
        label=PlainTextObject(text=asks),
        hint=PlainTextObject(text=hint),
        element=PlainTextInputElement(
            action_id=REASON, min_length=3, max_length=LONGEST, placeholder=PlainTextObject(text=example)
        ),
    )
    return View(
        type="modal",
        callback_id=callback,
        private_metadata=memo,
        title=title,
        submit=act,
        close="Cancel",
        blocks=[*shown, reason],
    ).to_dict()
