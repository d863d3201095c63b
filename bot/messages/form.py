"""The form of a deploy: service, environment, release, strategy, and what would happen."""

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, get_args

from slack_sdk.models.blocks import (
    ExternalDataSelectElement,
    InputBlock,
    Option,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.fleet import Strategy
from bot.messages.blocks import Block, context, divider
from bot.messages.limits import OPTION, OPTION_TEXT
from bot.offers import Draft, Memo, Suggestion

CALLBACK = "deploy.form"
SERVICE, ENVIRONMENT, RELEASE, STRATEGY = "form.service", "form.environment", "form.release", "form.strategy"
AS_WRITTEN = "as_written"  # a menu's option must stand for something
IN_MODALS = frozenset({"section", "context", "divider", "header", "rich_text"})
NOTHING_YET = "Choose a service and an environment: what would happen is shown here, before anything moves."
READING = ":hourglass_flowing_sand: Reading the repository…"


def deploy_form(
    draft: Draft, places: Sequence[str], written: str, memo: Memo, shown: Iterable[Block] = ()
) -> dict[str, Any]:
    """`places` are the environments to choose from, `written` the strategy of the fleet file ("" while not known),
    `shown` what is said below. Fields that depend on the service are others for another one: Slack keeps what was
    chosen in a field of the same block_id, and takes what we say for a new one.
    """
    return View(
        type="modal",
        callback_id=CALLBACK,
        private_metadata=json.dumps({"channel": memo.channel, "of": memo.of, "sha": memo.sha}),
        title="Deploy",
        submit="Deploy",
        close="Cancel",
        blocks=[
            _input(SERVICE, "Service", _type_ahead(SERVICE, "Type to search", draft.service)),
            _input(f"{ENVIRONMENT}:{draft.service}", "Environment", _environments(places, draft.environment)),
            _release(draft),
            _input(f"{STRATEGY}:{draft.service}:{draft.environment}", "Strategy", _strategies(written, draft)),
            divider(),
            *(block for block in shown if block["type"] in IN_MODALS),
        ],
    ).to_dict()


def read_memo(text: str) -> Memo:
    """An empty one of what is not ours."""
    try:
        found = json.loads(text)
        return Memo(str(found["channel"]), str(found["of"]), str(found["sha"]))
    except (ValueError, TypeError, KeyError):
        return Memo("")


def nothing_yet() -> list[Block]:
    return [context(NOTHING_YET)]


def reading() -> list[Block]:
    return [context(READING)]


def menu_options(found: Iterable[Suggestion]) -> dict[str, Any]:
    """What Slack wants to hear of a menu with type-ahead. A value that is too long for it is left out."""
    usable = [one for one in found if len(one.value) <= OPTION]
    groups = [
        {"label": _plain(heading or "Found"), "options": [_option(one.value, one.label) for one in members]}
        for heading, members in groupby(usable, lambda one: one.heading)
    ]
    if len(groups) == 1 and not usable[0].heading:
        return {"options": groups[0]["options"]}
    return {"option_groups": groups} if groups else {"options": []}


def _input(block_id: str, label: str, element: Any, **more: Any) -> InputBlock:
    return InputBlock(block_id=block_id, label=_label(label), element=element, dispatch_action=True, **more)


def _release(draft: Draft) -> InputBlock:
    hint = "A tag, a branch or a commit. Empty: the default branch, or what stands one environment before."
    menu = _type_ahead(RELEASE, "1.4.2, main, 7f3c9a1 …", draft.release)
    return _input(f"{RELEASE}:{draft.service}", "Release", menu, optional=True, hint=PlainTextObject(text=hint))


def _type_ahead(key: str, placeholder: str, chosen: str) -> ExternalDataSelectElement:
    initial = Option(value=chosen, text=_label(chosen)) if chosen else None
    return ExternalDataSelectElement(
        action_id=key, placeholder=_label(placeholder), min_query_length=0, initial_option=initial
    )


def _environments(places: Sequence[str], chosen: str) -> StaticSelectElement:
    options = {name: Option(value=name, text=_label(name)) for name in places}
    return StaticSelectElement(
        action_id=ENVIRONMENT,
        placeholder=_label("Choose"),
        options=list(options.values()),
        initial_option=options.get(chosen),
    )


def _strategies(written: str, draft: Draft) -> StaticSelectElement:
    told = f"As the fleet file says ({written})" if written else "As the fleet file says"
    options = {"": Option(value=AS_WRITTEN, text=_label(told))}
    options |= {kind: Option(value=kind, text=_label(kind)) for kind in kinds()}
    return StaticSelectElement(
        action_id=STRATEGY,
        options=list(options.values()),
        initial_option=options.get(draft.strategy, options[""]),
    )


def kinds() -> tuple[str, ...]:
    """Every strategy that a fleet file may name."""
    return tuple(get_args(Strategy.model_fields["kind"].annotation))


def _option(value: str, text: str) -> dict[str, Any]:
    return {"value": value, "text": _plain(text)}


def _plain(text: str) -> dict[str, Any]:
    return _label(text).to_dict()


def _label(text: str) -> PlainTextObject:
    text = " ".join(text.split()) or "–"
    return PlainTextObject(text=text if len(text) <= OPTION_TEXT else text[: OPTION_TEXT - 1] + "…")
