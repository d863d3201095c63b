from typing import Any

import pytest

from bot.errands import Errands
from bot.holds import Lock, Scope
from bot.messages.home import home_view
from bot.messages.refusals import refusal_message
from bot.model import Content, DeployState, Health
from bot.refusals import Reason, Refusal
from bot.standing import Overview
from tests.building import HOSTILE, NOW, a_deploy, a_plan, said, seconds, view_faults
from tests.messages.test_status import overview, target

NOTHING = Errands()
LOCK = Lock(Scope("production", "shop"), "U0ANA", "load test", NOW)


def with_deploys(*refs: str) -> Overview:
    seen = overview(target())
    recent = tuple(a_deploy(a_plan(ref=ref), DeployState.ROLLED_BACK, at) for at, ref in enumerate(refs, 40))
    return Overview(seen.environments, seen.rows, seen.now, recent)


def shown(seen: Overview | Content, errands: Errands = NOTHING) -> dict[str, Any]:
    return home_view(seen, errands, "#deploys")


def test_home_shows_the_table_of_status_and_what_happened_last() -> None:
    view = shown(with_deploys("1.4.2"))
    told = said([block for block in view["blocks"] if block["type"] != "table"])
    assert [block["type"] for block in view["blocks"]] == [
        *["context", "divider", "header", "table", "context", "divider", "section", "context"]
    ]
    assert told.splitlines() == [
        "Nothing waits for you.",
        "1 service, none down",
        "● up · `/status SERVICE` shows one closely",
        "As of <!date^1795176094^{time_secs}|12:01:34 UTC>. `/status` is always fresh.",
        "*Last deploys*",
        "↩ rolled back · Deploy 40 · shop 1.4.2 → production · <@U0ANA> · 94 s ago",
    ]
    assert view_faults(view) == []


def test_before_the_first_deploy_there_is_only_the_table() -> None:
    assert [block["type"] for block in shown(with_deploys())["blocks"]] == [
        "context",
        "divider",
        "header",
        "table",
        "context",
    ]


def test_what_waits_for_its_reader_stands_first() -> None:
    blocks = shown(with_deploys("1.4.2"), Errands(locks=(LOCK,)))["blocks"]
    assert said(blocks[:2]).splitlines()[0] == "*Waits for you*"
    assert "locked by you" in said(blocks[1:2])
    assert [block["type"] for block in blocks[2:5]] == ["divider", "header", "table"]


def test_why_there_is_nothing_to_see_is_shown_as_it_is() -> None:
    refusal = refusal_message(Refusal(Reason.STATE, detail="pointsman.db is locked"), NOW)
    view = shown(refusal)
    assert said(view["blocks"]) == said(refusal.blocks)
    assert view_faults(view) == []


@pytest.mark.parametrize("health", Health)
def test_the_largest_home_stays_inside_slacks_limits_and_never_acts(health: Health) -> None:
    views = [target(f"service-{number}", place, health) for number in range(500) for place in ("staging", "production")]
    seen = overview(*views)
    recent = tuple(a_deploy(a_plan(ref=HOSTILE * 20), number=number) for number in range(20))
    view = shown(Overview(seen.environments, seen.rows, seen.now + seconds(9), recent))
    assert view_faults(view) == []
    assert "<!channel>" not in said([block for block in view["blocks"] if block["type"] == "context"])
