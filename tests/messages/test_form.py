from typing import Any

import pytest

from bot.messages.blocks import actions, button, context, section
from bot.messages.form import (
    CALLBACK,
    ENVIRONMENT,
    RELEASE,
    SERVICE,
    STRATEGY,
    deploy_form,
    kinds,
    menu_options,
    nothing_yet,
    read_memo,
    reading,
)
from bot.offers import Draft, Memo, Suggestion
from bot.sandbox.slack.limits.elements import SUGGESTED
from tests.building import HOSTILE, said, view_faults

PLACES = ("staging", "production")
FULL = Draft("shop", "production", "1.4.2", "rolling")
MEMO = Memo("C00DEPLOYS0", "shop@1.4.2 to production", "a" * 40)


def form(draft: Draft = FULL, written: str = "canary", memo: Memo = MEMO, shown: Any = ()) -> dict[str, Any]:
    view = deploy_form(draft, PLACES, written, memo, shown)
    assert view_faults(view) == []
    return view


def field(view: dict[str, Any], action: str) -> dict[str, Any]:
    (found,) = [block for block in view["blocks"] if block.get("element", {}).get("action_id") == action]
    return dict(found)


def test_each_field_tells_of_its_choice_at_once() -> None:
    view = form()
    assert (view["callback_id"], view["submit"]["text"]) == (CALLBACK, "Deploy")
    for action in (SERVICE, ENVIRONMENT, RELEASE, STRATEGY):
        assert field(view, action)["dispatch_action"] is True
    assert [field(view, action).get("optional", False) for action in (SERVICE, ENVIRONMENT, RELEASE)] == [
        *(False, False),
        True,
    ]


@pytest.mark.parametrize("action", [SERVICE, RELEASE])
def test_menus_with_type_ahead_answer_before_the_first_letter(action: str) -> None:
    element = field(form(), action)["element"]
    assert (element["type"], element["min_query_length"]) == ("external_select", 0)


def test_what_is_chosen_stands_there_and_what_is_not_does_not() -> None:
    view = form()
    chosen = {
        action: field(view, action)["element"].get("initial_option") for action in (SERVICE, ENVIRONMENT, RELEASE)
    }
    assert [option["value"] for option in chosen.values()] == ["shop", "production", "1.4.2"]
    bare = form(Draft(), written="")
    assert not any(field(bare, action)["element"].get("initial_option") for action in (SERVICE, ENVIRONMENT, RELEASE))


@pytest.mark.parametrize(
    ("draft", "written", "label"),
    [
        (Draft("shop", "production"), "canary", "As the fleet file says (canary)"),
        (Draft(), "", "As the fleet file says"),
        (FULL, "canary", "rolling"),
    ],
)
def test_the_strategy_is_the_fleet_files_unless_another_is_chosen(draft: Draft, written: str, label: str) -> None:
    element = field(form(draft, written), STRATEGY)["element"]
    assert element["initial_option"]["text"]["text"] == label
    assert [option["value"] for option in element["options"]] == ["as_written", *kinds()]


def test_fields_that_depend_on_the_service_are_others_for_another_service() -> None:
    """Slack keeps what was chosen in a field of the same block_id, whatever we say of it."""
    ids = [
        [field(form(Draft(name)), action)["block_id"] for action in (SERVICE, ENVIRONMENT, RELEASE)] for name in "ab"
    ]
    assert [one == other for one, other in zip(*ids, strict=True)] == [True, False, False]


def test_below_stands_what_would_happen_without_what_a_modal_cannot_hold() -> None:
    shown = [section("*Plan*"), context("usually 2 min"), actions(button("Ask", "lock.ask", "3"))]
    view = form(shown=shown)
    assert [block["type"] for block in view["blocks"][4:]] == ["divider", "section", "context"]


@pytest.mark.parametrize(
    ("blocks", "words"), [(nothing_yet(), "before anything moves"), (reading(), "Reading the repo")]
)
def test_before_there_is_a_plan_it_says_what_it_waits_for(blocks: Any, words: str) -> None:
    assert words in said(form(shown=blocks)["blocks"])


@pytest.mark.parametrize("memo", [MEMO, Memo("C1"), Memo("C1", 'shop to x --force "a \\" b"', "")])
def test_what_it_remembers_comes_back(memo: Memo) -> None:
    assert read_memo(form(memo=memo)["private_metadata"]) == memo


@pytest.mark.parametrize("text", ["", "C00DEPLOYS0", "[]", "3", "{}", '{"channel": "C1"}', "null"])
def test_what_is_not_ours_is_no_memory(text: str) -> None:
    assert read_memo(text) == Memo("")


@pytest.mark.parametrize(
    ("found", "keys"),
    [
        ([], {"options": 0}),
        ([Suggestion("shop", "shop"), Suggestion("api", "api")], {"options": 2}),
        (
            [Suggestion("1", "1", "Tags"), Suggestion("2", "2", "Tags"), Suggestion("3", "3", "Commits")],
            {"option_groups": 2},
        ),
        ([Suggestion("x" * 151, "long", "Tags")], {"options": 0}),
        ([Suggestion("x" * 150, HOSTILE * 20, "Tags")], {"option_groups": 1}),
    ],
)
def test_suggestions_are_what_slack_takes(found: list[Suggestion], keys: dict[str, int]) -> None:
    answer = menu_options(found)
    assert {key: len(value) for key, value in answer.items()} == keys
    assert list(SUGGESTED(answer, "")) == []


def test_the_longest_of_everything_fits() -> None:
    longest = Draft("s" * 40, "production", "r" * 150, "rolling")
    memo = Memo("C" * 20, "x" * 900, "a" * 40)
    assert view_faults(deploy_form(longest, PLACES, "all_at_once", memo, [section(HOSTILE * 500)] * 40)) == []
