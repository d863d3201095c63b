import pytest

from bot.messages.home import home_view
from bot.messages.refusals import refusal_message
from bot.model import DeployState, Health
from bot.refusals import Reason, Refusal
from bot.standing import Overview
from tests.building import HOSTILE, NOW, a_deploy, a_plan, said, seconds, view_faults
from tests.messages.test_status import overview, target


def with_deploys(*refs: str) -> Overview:
    seen = overview(target())
    recent = tuple(a_deploy(a_plan(ref=ref), DeployState.ROLLED_BACK, at) for at, ref in enumerate(refs, 40))
    return Overview(seen.environments, seen.rows, seen.now, recent)


def test_home_shows_the_table_of_status_and_what_happened_last() -> None:
    view = home_view(with_deploys("1.4.2"))
    told = said([block for block in view["blocks"] if block["type"] != "table"])
    assert [block["type"] for block in view["blocks"]] == [
        *["header", "table", "context", "divider", "section", "context"]
    ]
    assert told.splitlines() == [
        "1 service, none down",
        "As of <!date^1795176094^{time_secs}|12:01:34 UTC>. `/status` is always fresh.",
        "*Last deploys*",
        "↩ rolled back · Deploy 40 · shop 1.4.2 → production · <@U0ANA> · 94 s ago",
    ]
    assert view_faults(view) == []


def test_before_the_first_deploy_there_is_only_the_table() -> None:
    assert [block["type"] for block in home_view(with_deploys())["blocks"]] == ["header", "table", "context"]


def test_why_there_is_nothing_to_see_is_shown_as_it_is() -> None:
    refusal = refusal_message(Refusal(Reason.STATE, detail="pointsman.db is locked"), NOW)
    view = home_view(refusal)
    assert said(view["blocks"]) == said(refusal.blocks)
    assert view_faults(view) == []


@pytest.mark.parametrize("health", Health)
def test_the_largest_home_stays_inside_slacks_limits_and_never_acts(health: Health) -> None:
    views = [target(f"service-{number}", place, health) for number in range(500) for place in ("staging", "production")]
    seen = overview(*views)
    recent = tuple(a_deploy(a_plan(ref=HOSTILE * 20), number=number) for number in range(20))
    view = home_view(Overview(seen.environments, seen.rows, seen.now + seconds(9), recent))
    assert view_faults(view) == []
    assert "<!channel>" not in said([block for block in view["blocks"] if block["type"] == "context"])
