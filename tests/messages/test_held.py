from dataclasses import replace

import pytest

from bot.messages.deploy import headline
from bot.messages.held import BACK_ANYWAY, held_message
from bot.model import DeployState, HostState
from bot.records import DeployView, HostLine
from tests.building import HOSTILE, a_deploy, a_plan, a_view, lines, problems, said


def left(fallback: str | None = "1.4.1", *names: str) -> DeployView:
    plan = replace(a_plan(3, fallback=fallback), irreversible=names or ("1.4.2",))
    deploy = a_deploy(plan, DeployState.FAILED, reason="Batch 2 of 3: web2: answered 503")
    states = {
        "web1": HostLine("web1", 0, HostState.HEALTHY),
        "web2": HostLine("web2", 1, HostState.UNHEALTHY, detail="answered 503"),
    }
    return a_view(deploy, lines(plan, states), {})


def test_who_asked_is_told_what_was_not_done_and_why_and_what_to_do() -> None:
    message = held_message(left())
    assert message.text == (
        "<@U0ANA> deploy 41 was not rolled back: it crosses 1.4.2, declared irreversible. "
        "What it brought stays on web1, web2, and shop is locked in production."
    )
    assert "Mend it forward, or go back: then what 1.4.2 did to data stays while 1.4.1 runs again." in said(
        message.blocks
    )
    (button,) = message.blocks[-1]["elements"]
    assert (button["text"]["text"], button["action_id"], button["value"]) == (
        "Roll back to 1.4.1 anyway…",
        BACK_ANYWAY,
        "41",
    )
    assert problems(message) == []


def test_the_button_goes_when_something_else_begins_there() -> None:
    message = held_message(left(), a_deploy(a_plan(ref="1.4.3"), number=42))
    assert [block["type"] for block in message.blocks] == ["section", "context"]
    assert "Deploy 42 · shop 1.4.3 → production has begun there since." in said(message.blocks)


def test_without_a_way_back_there_is_no_button() -> None:
    assert [block["type"] for block in held_message(left(None)).blocks] == ["section"]


def test_the_first_line_of_the_deploy_says_it_too() -> None:
    assert headline(left()).endswith("· stays on web1, web2: no way back by itself behind 1.4.2")


@pytest.mark.parametrize("names", [(HOSTILE,), (HOSTILE,) * 30])
def test_what_others_wrote_never_acts(names: tuple[str, ...]) -> None:
    message = held_message(left("1.4.1", *names))
    assert problems(message) == []
    assert "<!channel>" not in message.text + said(message.blocks[:-1])
