from dataclasses import replace
from typing import Any

import pytest

from bot.archive import Leaf, Past
from bot.messages.history import deploys_table, history_message, leaf_value, read_leaf
from bot.model import DeployKind, DeployState
from bot.records import Deploy
from tests.building import HOSTILE, NOW, a_deploy, a_plan, problems, rows, said, seconds

HEADER = ["deploy", "release", "environment", "by", "when", "took", "how"]


def a_page(total: int, start: int = 0, environment: str | None = None) -> Past:
    ids = range(total - start, max(total - start - 10, 0), -1)
    return Past(Leaf("shop", environment, total, start), tuple(a_deploy(number=number) for number in ids), total)


def ways(past: Past) -> dict[str, Any]:
    """What leads on from a page: the buttons' values, the menu's."""
    row = history_message(past, NOW).blocks[-1]["elements"]
    return {one["action_id"]: one.get("value") or [option["value"] for option in one["options"]] for one in row}


@pytest.mark.parametrize(
    ("past", "line"),
    [
        (a_page(0), "There is no deploy of shop yet. Begin with `/deploy shop@REF to ENV`."),
        (
            a_page(0, environment="production"),
            "There is no deploy of shop to production yet. Begin with `/deploy shop@REF to ENV`.",
        ),
        (a_page(1), "The only deploy of shop so far"),
        (a_page(2), "Deploys of shop: 1–2 of 2, newest first"),
        (a_page(57, 10), "Deploys of shop: 11–20 of 57, newest first"),
        (a_page(57, 50, "production"), "Deploys of shop to production: 51–57 of 57, newest first"),
        (a_page(1234), "Deploys of shop: 1–10 of 1,234, newest first"),
    ],
)
def test_the_first_line_says_which_of_how_many(past: Past, line: str) -> None:
    message = history_message(past, NOW)
    assert message.text == line
    assert problems(message) == []


@pytest.mark.parametrize(
    ("past", "newer", "older"),
    [
        (a_page(1), None, None),
        (a_page(10), None, None),
        (a_page(11), None, "shop::11:10"),
        (a_page(57, 10), "shop::57:0", "shop::57:20"),
        (a_page(57, 50, "production"), "shop:production:57:43", None),
    ],
)
def test_buttons_lead_to_the_pages_that_there_are(past: Past, newer: str | None, older: str | None) -> None:
    found = ways(past)
    assert (found.get("history.newer"), found.get("history.older")) == (newer, older)
    assert found["history.details"] == [str(deploy.id) for deploy in past.deploys]


def test_the_menu_says_what_each_deploy_was() -> None:
    (menu,) = history_message(a_page(1), NOW).blocks[-1]["elements"]
    assert menu["options"][0]["text"]["text"] == "1 · 1.4.2 → production · ◐ running"


@pytest.mark.parametrize("leaf", [Leaf("shop"), Leaf("shop.api_2", "eu-west", 57, 10), Leaf("a", None, 10**17, 0)])
def test_what_a_button_carries_is_read_as_the_same_page(leaf: Leaf) -> None:
    assert read_leaf(leaf_value(leaf)) == leaf


@pytest.mark.parametrize("value", ["", "shop", "shop:::", "shop::x:1", "shop::1:-1", "shop::²:1", "a::1:" + "9" * 40])
def test_what_no_button_carries_is_no_page(value: str) -> None:
    assert read_leaf(value) is None


@pytest.mark.parametrize(
    ("deploy", "row"),
    [
        (a_deploy(), ["41", "1.4.2", "production", "U0ANA", "94 s ago", "94 s", "◐ running"]),
        (
            a_deploy(state=DeployState.SUCCEEDED, took=61),
            ["41", "1.4.2", "production", "U0ANA", "94 s ago", "61 s", "✓ done"],
        ),
        (
            a_deploy(a_plan(kind=DeployKind.ROLLBACK, ref="1.4.1"), DeployState.SUCCEEDED),
            ["41 rollback", "1.4.1", "production", "U0ANA", "94 s ago", "60 s", "✓ done"],
        ),
        (
            a_deploy(state=DeployState.ROLLED_BACK, reason="Batch 1 of 3: web1: answered 503"),
            [
                *["41", "1.4.2", "production", "U0ANA", "94 s ago", "60 s"],
                "↩ rolled back at Batch 1 of 3: web1: answered 503",
            ],
        ),
        (
            a_deploy(state=DeployState.FAILED, reason="x" * 500),
            [
                "41",
                "1.4.2",
                "production",
                "U0ANA",
                "94 s ago",
                "60 s",
                "✗ failed at " + "x" * 87 + "… 413 more characters",
            ],
        ),
    ],
)
def test_each_deploy_is_a_row(deploy: Deploy, row: list[str]) -> None:
    table = rows([deploys_table([deploy], NOW + seconds(94))])
    assert table == [HEADER, row]


def test_who_asked_is_a_person_and_not_a_text() -> None:
    table = deploys_table([a_deploy()], NOW)
    cell = table["rows"][1][3]["elements"][0]["elements"][0]
    assert (cell["type"], cell["user_id"]) == ("user", "U0ANA")


def test_a_page_with_the_worst_words_stays_inside_slacks_limits() -> None:
    worst = a_deploy(a_plan(ref=HOSTILE * 20), DeployState.FAILED, 10**17, HOSTILE * 40)
    deploys = tuple(replace(worst, id=worst.id - at) for at in range(10))
    message = history_message(Past(Leaf("s" * 40, "e" * 40, 10**17, 10), deploys, 10**9), NOW)
    assert problems(message) == []
    assert "<!channel>" not in message.text + said([message.blocks[0]])
