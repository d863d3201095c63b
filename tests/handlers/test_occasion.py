from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.trail import What
from handlers.occasion import Occasion, read_occasion

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
ANA = {"id": "U0ANA", "username": "ana"}


def click(*actions: dict[str, Any]) -> dict[str, Any]:
    return {"type": "block_actions", "user": ANA, "actions": list(actions)}


def form(values: Any, callback: str = "deploy_form") -> dict[str, Any]:
    return {"type": "view_submission", "user": ANA, "view": {"callback_id": callback, "state": {"values": values}}}


@pytest.mark.parametrize(
    ("body", "what", "subject"),
    [
        (
            {"command": "/deploy", "text": "shop@1.4.2 to production", "user_id": "U0ANA"},
            What.COMMAND,
            "/deploy shop@1.4.2 to production",
        ),
        ({"command": "/status", "text": "", "user_id": "U0ANA"}, What.COMMAND, "/status"),
        ({"command": "/pm-status", "user_id": "U0ANA"}, What.COMMAND, "/pm-status"),
        (click({"action_id": "incident.rollback", "value": "7"}), What.CLICK, "incident.rollback 7"),
        (click({"action_id": "incident.runbook"}), What.CLICK, "incident.runbook"),
        (
            {**click({"type": "button", "action_id": "history.older", "value": "1"}), "view": {"type": "modal"}},
            What.CLICK,
            "history.older 1",
        ),
        (
            click({"action_id": "service", "selected_option": {"value": "shop"}}, {"action_id": "more", "value": "1"}),
            What.CLICK,
            "service shop, more 1",
        ),
        (
            form(
                {
                    "service": {"service": {"type": "static_select", "selected_option": {"value": "shop"}}},
                    "release": {"release": {"type": "plain_text_input", "value": "1.4.2"}},
                    "hosts": {"hosts": {"selected_options": [{"value": "web1"}, {"value": "web2"}]}},
                    "note": {"note": {"type": "plain_text_input", "value": None}},
                }
            ),
            What.FORM,
            "deploy_form service=shop release=1.4.2 hosts=web1,web2 note=",
        ),
        (form({}), What.FORM, "deploy_form"),
        (form(None), What.FORM, "deploy_form"),
    ],
)
def test_what_a_person_did_is_read_from_the_request(body: dict[str, Any], what: What, subject: str) -> None:
    assert read_occasion(body) == Occasion("U0ANA", what, subject)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "event_callback", "event": {"type": "app_home_opened", "user": "U0ANA"}},
        {"type": "block_suggestion", "user": ANA, "action_id": "service", "value": "sh"},
        {"type": "view_closed", "user": ANA},
        {**click({"type": "external_select", "action_id": "form.service"}), "view": {"type": "modal"}},
    ],
)
def test_what_nobody_did_on_purpose_is_no_occasion(body: dict[str, Any]) -> None:
    assert read_occasion(body) is None


@given(
    st.sampled_from(["block_actions", "view_submission"]),
    st.fixed_dictionaries({}, optional={"user": JSON, "actions": JSON, "view": JSON, "command": JSON, "text": JSON}),
)
def test_a_request_that_slack_would_never_send_is_no_crash(kind: str, rest: dict[str, Any]) -> None:
    found = read_occasion({"type": kind, **rest})
    assert found is not None
    assert isinstance(found.who, str)
    assert isinstance(found.subject, str)
