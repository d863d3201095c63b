from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import DeployTo
from bot.messages.form import ENVIRONMENT, RELEASE, SERVICE, STRATEGY
from bot.offers import Draft
from handlers.form_fields import block_of, command_of, read_draft, service_of, troubles
from tests.building import fleet_of

FLEET = fleet_of(["web1"], (("environments",), ["staging", "production"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
CHOOSE = "Choose a service; the fleet file may have changed meanwhile."
ELSEWHERE = "shop does not run there. It runs in production."


def filled(
    service: Any = "shop", environment: Any = "production", release: Any = None, strategy: Any = "as_written"
) -> dict[str, Any]:
    """What Slack sends when this was chosen."""
    chosen = {
        SERVICE: (SERVICE, service),
        f"{ENVIRONMENT}:shop": (ENVIRONMENT, environment),
        f"{RELEASE}:shop": (RELEASE, release),
        f"{STRATEGY}:shop:production": (STRATEGY, strategy),
    }
    values = {
        block: {action: {"selected_option": {"value": value} if value else None}}
        for block, (action, value) in chosen.items()
    }
    return {"state": {"values": values}, "blocks": [{"block_id": block} for block in chosen]}


@pytest.mark.parametrize(
    ("view", "command"),
    [
        (filled(), DeployTo("shop", "production")),
        (filled(release=" 1.4.2 "), DeployTo("shop", "production", "1.4.2")),
        (filled(release="feature/basket"), DeployTo("shop", "production", "feature/basket")),
        (filled(strategy="canary"), DeployTo("shop", "production", strategy="canary")),
        (filled(strategy=None), DeployTo("shop", "production")),
    ],
)
def test_what_was_chosen_is_a_command(view: dict[str, Any], command: DeployTo) -> None:
    assert command_of(FLEET, read_draft(view)) == command


@pytest.mark.parametrize(
    ("view", "errors"),
    [
        (filled(service="gone"), {SERVICE: CHOOSE}),
        (filled(service=None), {SERVICE: CHOOSE}),
        (filled(environment="staging"), {ENVIRONMENT: ELSEWHERE}),
        (filled(environment=None), {ENVIRONMENT: ELSEWHERE}),
        (filled(release="two words"), {RELEASE: "This cannot be a ref here: it holds a space."}),
        (filled(release="1.0 to staging"), {RELEASE: "This cannot be a ref here: it holds a space."}),
        (filled(release="@"), {RELEASE: "This cannot be a ref here: git allows no branch or tag of that name."}),
        (filled(strategy="hope"), {STRATEGY: "Choose one of these."}),
        (
            filled("gone", "gone", "$(id)"),
            {SERVICE: CHOOSE, RELEASE: "This cannot be a ref here: it holds $."},
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(view: dict[str, Any], errors: dict[str, str]) -> None:
    draft = read_draft(view)
    assert troubles(FLEET, draft) == errors
    assert command_of(FLEET, draft) is None


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": {}},
        {"state": {"values": {}}},
        {"state": None},
        {"state": {"values": []}},
        {"state": {"values": {"service": {SERVICE: "shop"}}}},
        {"state": {"values": {"service": {SERVICE: {"selected_option": "shop"}}}}},
        {"state": {"values": {"service": {SERVICE: {"selected_option": {"value": 3}}}}}},
        {"state": {"values": {"service": "shop", "environment": None, "release": 3}}},
    ],
)
def test_a_form_that_slack_would_never_send_is_empty_and_no_crash(view: dict[str, Any]) -> None:
    assert read_draft(view) == Draft()


@pytest.mark.parametrize(
    ("field", "block"),
    [(SERVICE, SERVICE), (ENVIRONMENT, f"{ENVIRONMENT}:shop"), (STRATEGY, f"{STRATEGY}:shop:production"), ("x", "x")],
)
def test_an_error_is_shown_at_the_field_as_this_view_has_it(field: str, block: str) -> None:
    assert block_of(filled(), field) == block
    assert block_of({}, field) == field


def test_the_menu_of_releases_knows_its_service() -> None:
    assert [service_of(block) for block in (f"{RELEASE}:shop", f"{RELEASE}:", "x")] == ["shop", "", ""]


@given(JSON, JSON, JSON, JSON)
def test_nothing_in_its_fields_ever_deploys_elsewhere(service: Any, environment: Any, release: Any, how: Any) -> None:
    found = command_of(FLEET, read_draft(filled(service, environment, release, how)))
    assert found is None or (found.service, found.environment) == ("shop", "production")
