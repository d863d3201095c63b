from typing import Any

import pytest
from hypothesis import given

from handlers.verdict import read_reason
from tests.handlers.test_form_fields import JSON


def filled(value: Any) -> dict[str, Any]:
    return {"state": {"values": {"reason": {"reason": {"type": "plain_text_input", "value": value}}}}}


@pytest.mark.parametrize(
    ("value", "reason"),
    [(None, ""), ("", ""), (" \n ", ""), (" it was\n the load  test ", "it was the load test"), ("why not", "why not")],
)
def test_a_reason_is_one_line(value: Any, reason: str) -> None:
    assert read_reason(filled(value)) == reason


@given(JSON)
def test_a_form_that_slack_would_never_send_gives_no_reason(odd: Any) -> None:
    for view in ({"state": odd}, {"state": {"values": odd}}, {"state": {"values": {"reason": odd}}}):
        assert isinstance(read_reason(view), str)
