"""The form that /scale opens when nothing is typed after it: which service, and what is wanted of its number."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.messages.limits import OPTION, OPTION_TEXT, OPTIONS
from bot.model import Target

CALLBACK = "scale.form"
PLACE, WANTED = "scale.place", "scale.wanted"
HINT = "6: so many hosts. +2 or -1: more or fewer. auto, hold 2h, plan: as after /scale."
NOTHING = (
    "The fleet file names no service whose number of hosts can be changed: `ec2` with `launch` or `group`, `asg` and "
    "`ecs` can be, with `scale: {min: 2, max: 10}` beside."
)
LONGEST = 40  # characters of what is wanted


def scale_form(places: Sequence[Target], channel: str) -> dict[str, Any]:
    """`channel` is where the answer goes. Of more places than a menu holds the first stand there; the command takes
    them all.
    """
    usable = [place for place in places if len(_value(place)) <= OPTION][:OPTIONS]
    if not usable:
        return View(
            type="modal",
            callback_id=CALLBACK,
            title="Scale",
            close="Close",
            blocks=[SectionBlock(text=NOTHING)],
        ).to_dict()
    options = [Option(value=_value(place), text=PlainTextObject(text=str(place)[:OPTION_TEXT])) for place in usable]
    menu = StaticSelectElement(
        action_id=PLACE,
        placeholder=PlainTextObject(text="Choose"),
        options=options,
        initial_option=options[0] if len(options) == 1 else None,
    )
    wanted = PlainTextInputElement(action_id=WANTED, max_length=LONGEST, placeholder=PlainTextObject(text="+1"))
    return View(
        type="modal",
        callback_id=CALLBACK,
        private_metadata=channel,
        title="Scale",
        submit="Scale",
        close="Cancel",
        blocks=[
            InputBlock(block_id=PLACE, label=PlainTextObject(text="Service"), element=menu),
            InputBlock(
                block_id=WANTED,
                label=PlainTextObject(text="How many"),
                element=wanted,
                hint=PlainTextObject(text=HINT),
            ),
        ],
    ).to_dict()


def read_form(view: dict[str, Any]) -> tuple[str, str]:
    """The place as `shop in production`, and what is wanted; empty where the form holds what Slack would never send."""
    place = _at(view, "state", "values", PLACE, PLACE, "selected_option", "value")
    wanted = _at(view, "state", "values", WANTED, WANTED, "value")
    return str(place or ""), " ".join(str(wanted or "").split())


def _value(place: Target) -> str:
    return f"{place.service} in {place.environment}"


def _at(found: Any, *path: str) -> Any:
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found
