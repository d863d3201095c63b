"""slack_sdk's checks are found once for each class, and say the same as before."""

from collections.abc import Iterator

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ConfirmObject,
    HeaderBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
    TableBlock,
)

from bot.messages.validators import validate, validators

LONG = "x" * 4000


def marked(model: JsonObject) -> Iterator[str]:
    """As slack_sdk looks for them: through all that the object has."""
    for name in dir(model):
        method = getattr(model, name, None)
        if not name.startswith("__") and callable(method) and hasattr(method, "validator"):
            yield name


GOOD: list[JsonObject] = [
    SectionBlock(text="well"),
    HeaderBlock(text="well"),
    ButtonElement(text="Go", action_id="go", value="1"),
    ConfirmObject(title="Go?", text="It goes.", confirm="Go", deny="Stay"),
    ActionsBlock(elements=[ButtonElement(text="Go", action_id="go")]),
    StaticSelectElement(placeholder="Which", action_id="which", options=[Option(value="1", text="one")]),
    InputBlock(label="Why", element=PlainTextInputElement(action_id="why")),
    PlainTextObject(text="well"),
    TableBlock(rows=[[{"type": "raw_text", "text": "a"}]]),
]

BAD: list[JsonObject] = [
    SectionBlock(),
    SectionBlock(text="well", block_id=LONG),
    SectionBlock(text="well", fields=["f"] * 11),
    HeaderBlock(text=LONG),
    ButtonElement(text="Go", action_id=LONG),
    ButtonElement(text="Go", action_id="go", value=LONG),
    ConfirmObject(title=LONG, text="It goes.", confirm="Go", deny="Stay"),
    ActionsBlock(elements=[ButtonElement(text="Go", action_id=f"go{number}") for number in range(26)]),
    StaticSelectElement(placeholder="Which", action_id="which", options=[Option(value="1", text="one")] * 101),
]


@pytest.mark.parametrize("model", [*GOOD, *BAD], ids=lambda model: type(model).__name__)
def test_the_same_checks_are_found_by_class_as_by_object(model: JsonObject) -> None:
    assert list(validators(type(model))) == list(marked(model))


def test_every_kind_of_block_has_checks() -> None:
    kinds = [kind for kind in vars(blocks).values() if isinstance(kind, type) and issubclass(kind, blocks.Block)]
    assert len(kinds) > 10
    assert all(validators(kind) for kind in kinds)


@pytest.mark.parametrize("model", GOOD, ids=lambda model: type(model).__name__)
def test_what_is_well_becomes_a_dict(model: JsonObject) -> None:
    assert model.to_dict()


@pytest.mark.parametrize("model", BAD, ids=lambda model: type(model).__name__)
def test_what_slack_would_refuse_is_refused(model: JsonObject) -> None:
    with pytest.raises(SlackObjectFormationError):
        model.to_dict()


def test_slack_sdk_uses_these() -> None:
    assert JsonObject.validate_json is validate
