"""Block Kit, built with slack_sdk's models and kept inside Slack's limits. Texts are mrkdwn unless said otherwise:
escape what people wrote (words.escape). Every builder returns the block as a dict.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from bot.messages import limits
from bot.messages.limits import NOTHING, Block, cut, tail
from bot.messages.parcel import content
from bot.messages.remembered import remembered
from bot.messages.rich import rich
from bot.messages.tables import table
from bot.messages.tasks import plan, task
from bot.messages.words import escape

__all__ = [
    "Block",
    "actions",
    "button",
    "code",
    "confirm",
    "content",
    "context",
    "cut",
    "divider",
    "header",
    "menu",
    "plan",
    "rich",
    "section",
    "table",
    "tail",
    "task",
]


def _text(text: str, limit: int) -> MarkdownTextObject:
    return MarkdownTextObject(text=cut(text.strip() or NOTHING, limit))


def _label(text: str, limit: int) -> PlainTextObject:
    """Plain text with no room for a note: a label is cut with an ellipsis."""
    text = " ".join(text.split()) or NOTHING
    return PlainTextObject(text=text if len(text) <= limit else text[: limit - 1] + "…", emoji=True)


@remembered
def section(text: str, accessory: Block | None = None, fields: Sequence[str] = ()) -> Block:
    """A paragraph, an element beside it, and up to ten fields in two columns below (the rest is counted)."""
    shown = list(fields)
    if len(shown) > limits.FIELDS:
        left = len(shown) - limits.FIELDS + 1
        shown = [*shown[: limits.FIELDS - 1], f"… {left:,} more"]
    return SectionBlock(
        text=_text(text, limits.SECTION) if text or not shown else None,
        fields=[_text(field, limits.FIELD) for field in shown] or None,
        accessory=accessory,
    ).to_dict()


@remembered
def context(*texts: str) -> Block:
    """Small print; more than ten parts are joined in the last."""
    most = limits.CONTEXT_PARTS
    parts = [*texts] if len(texts) <= most else [*texts[: most - 1], " · ".join(texts[most - 1 :])]
    return ContextBlock(elements=[_text(part, limits.SECTION) for part in parts or [NOTHING]]).to_dict()


def header(text: str) -> Block:
    """A heading in plain text."""
    return HeaderBlock(text=_label(text, limits.HEADER)).to_dict()


def divider() -> Block:
    """A line."""
    return DividerBlock().to_dict()


@remembered
def confirm(title: str, text: str, ok: str, style: str | None = None) -> Block:
    """The question before a button acts: what will happen. `ok` names the act; style is primary, danger or None."""
    return ConfirmObject(
        title=_label(title, limits.CONFIRM_TITLE),
        text=_text(text, limits.CONFIRM_TEXT),
        confirm=_label(ok, limits.CONFIRM_BUTTON),
        deny=PlainTextObject(text="Cancel"),
        style=style,
    ).to_dict()


@remembered
def button(
    text: str,
    action_id: str,
    value: str = "",
    style: str | None = None,
    confirm: Block | None = None,
    url: str | None = None,
) -> Block:
    """A button that names the act and its object. ValueError for a value, id or address too long: they are not cut."""
    for name, given, most in (
        ("value", value, limits.VALUE),
        ("action_id", action_id, limits.ACTION_ID),
        ("url", url or "", limits.URL),
    ):
        if len(given) > most:
            raise ValueError(f"a button's {name} has at most {most} characters, this one {len(given)}: {given[:80]}…")
    return ButtonElement(
        text=_label(text, limits.BUTTON),
        action_id=action_id,
        value=value or None,
        style=style,
        confirm=confirm,
        url=url,
    ).to_dict()


def menu(placeholder: str, action_id: str, options: Sequence[tuple[str, str]]) -> Block:
    """A menu of (value, plain text). ValueError for more than a hundred, or a value too long: they are not cut."""
    if not 0 < len(options) <= limits.OPTIONS or any(len(value) > limits.OPTION for value, _ in options):
        raise ValueError(f"a menu has 1 to {limits.OPTIONS} options with values of at most {limits.OPTION} characters")
    return StaticSelectElement(
        placeholder=_label(placeholder, limits.PLACEHOLDER),
        action_id=action_id,
        options=[Option(value=value, text=_label(text, limits.OPTION_TEXT)) for value, text in options],
    ).to_dict()


@remembered
def actions(*buttons: Block) -> Block:
    """A row of up to 25 buttons and menus. ValueError beyond that: a button must not vanish."""
    if len(buttons) > limits.BUTTONS:
        raise ValueError(f"{limits.BUTTONS} buttons fit in one row, not {len(buttons)}")
    return ActionsBlock(elements=list(buttons)).to_dict()


def code(text: str) -> Block:
    """Output as it was, its last lines kept where it is too long. Takes raw text, not mrkdwn."""
    fence = "```"
    room = limits.SECTION - 2 * len(fence) - 2
    kept = tail(text.strip("\n").replace(fence, "'''"), room, cost=lambda character: len(escape(character)))
    return SectionBlock(text=MarkdownTextObject(text=f"{fence}\n{escape(kept) or NOTHING}\n{fence}")).to_dict()
