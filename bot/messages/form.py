"""The form of a deploy: service, environment, release."""

from typing import Any

from slack_sdk.models.blocks import (
    InputBlock,
    Option,
    OptionGroup,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.fleet import Fleet

CALLBACK = "deploy.form"
OPTIONS = 100  # Slack takes no more in one group, and no more groups
SERVICE, ENVIRONMENT, RELEASE = "service", "environment", "release"


def deploy_form(fleet: Fleet, channel: str) -> dict[str, Any]:
    """`channel` is where the answer goes."""
    return View(
        type="modal",
        callback_id=CALLBACK,
        private_metadata=channel,
        title="Deploy",
        submit="Deploy",
        close="Cancel",
        blocks=[
            _menu(SERVICE, "Service", sorted(fleet.services)),
            _menu(ENVIRONMENT, "Environment", list(fleet.environments)),
            _release(),
        ],
    ).to_dict()


def _menu(key: str, label: str, names: list[str]) -> InputBlock:
    """More names than one menu takes come in groups, each headed by its first and its last name."""
    options = [Option(value=name, text=PlainTextObject(text=name)) for name in names]
    groups = [options[start : start + OPTIONS] for start in range(0, len(options), OPTIONS)][:OPTIONS]
    several = [OptionGroup(label=_span(group), options=group) for group in groups] if len(groups) > 1 else None
    element = StaticSelectElement(
        action_id=key,
        options=None if several else options,
        option_groups=several,
        placeholder=PlainTextObject(text="Choose"),
    )
    return InputBlock(block_id=key, label=PlainTextObject(text=label), element=element)


def _span(group: list[Option]) -> PlainTextObject:
    first, last = (str(option.value)[:30] for option in (group[0], group[-1]))
    return PlainTextObject(text=f"{first} … {last}")


def _release() -> InputBlock:
    return InputBlock(
        block_id=RELEASE,
        label=PlainTextObject(text="Release"),
        optional=True,
        hint=PlainTextObject(text="A tag, a branch or a commit. Empty: the repository's default branch."),
        element=PlainTextInputElement(
            action_id=RELEASE, max_length=200, placeholder=PlainTextObject(text="1.4.2, main, 7f3c9a1 …")
        ),
    )
