from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fleet import Fleet
from bot.grammar import DeployTo
from handlers.deploy_form import read_form
from tests.building import fleet_of

FLEET = fleet_of(["web1"], (("environments",), ["staging", "production"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def filled(service: Any = "shop", environment: Any = "production", release: Any = None) -> dict[str, Any]:
    """What Slack sends when this was chosen and typed."""
    chosen = {"service": service, "environment": environment}
    values = {
        key: {key: {"type": "static_select", "selected_option": {"value": name} if name else None}}
        for key, name in chosen.items()
    }
    values["release"] = {"release": {"type": "plain_text_input", "value": release}}
    return {"state": {"values": values}}


@pytest.mark.parametrize(
    ("release", "ref"),
    [(None, None), ("", None), ("  ", None), (" 1.4.2 ", "1.4.2"), ("feature/basket", "feature/basket")],
)
def test_what_was_filled_in_is_a_command(release: str | None, ref: str | None) -> None:
    assert read_form(filled(release=release), FLEET) == DeployTo("shop", "production", ref)


@pytest.mark.parametrize(
    ("view", "errors"),
    [
        (filled(service="gone"), {"service": "Choose a service; the fleet file may have changed meanwhile."}),
        (filled(service=None), {"service": "Choose a service; the fleet file may have changed meanwhile."}),
        (filled(environment="staging"), {"environment": "shop does not run there. It runs in production."}),
        (filled(environment=None), {"environment": "shop does not run there. It runs in production."}),
        (filled(release="two words"), {"release": "This cannot be a ref here: it holds a space."}),
        (filled(release="1.0 to staging"), {"release": "This cannot be a ref here: it holds a space."}),
        (filled(release="@"), {"release": "This cannot be a ref here: git allows no branch or tag of that name."}),
        (
            filled(release="x" * 2000),
            {"release": "This cannot be a ref here: it is 2000 characters long, a ref has at most 200."},
        ),
        (
            filled("gone", "gone", "two words"),
            {
                "service": "Choose a service; the fleet file may have changed meanwhile.",
                "release": "This cannot be a ref here: it holds a space.",
            },
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(view: dict[str, Any], errors: dict[str, str]) -> None:
    assert read_form(view, FLEET) == errors


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": {}},
        {"state": {"values": {}}},
        {"state": None},
        {"state": {"values": []}},
        {"state": {"values": {"service": {"service": "shop"}}}},
        {"state": {"values": {"service": {"service": {"selected_option": "shop"}}}}},
        {"state": {"values": {"service": "shop", "environment": None, "release": 3}}},
    ],
)
def test_a_form_that_slack_would_never_send_is_an_error_and_no_crash(view: dict[str, Any]) -> None:
    assert list(read_form(view, FLEET)) == ["service"]  # type: ignore[arg-type]


@given(JSON, JSON, JSON, st.sampled_from([FLEET]))
def test_nothing_in_its_fields_ever_deploys_elsewhere(
    service: Any, environment: Any, release: Any, fleet: Fleet
) -> None:
    found = read_form(filled(service, environment, release), fleet)
    if isinstance(found, DeployTo):
        assert (found.service, found.environment) == ("shop", "production")
    else:
        assert found
