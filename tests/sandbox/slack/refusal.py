"""What a call was refused with."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse


def refusal(call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> SlackResponse:
    """The answer to a call that Slack refuses; fails when it is not refused."""
    with pytest.raises(SlackApiError) as raised:
        call(*args, **kwargs)
    answer = raised.value.response
    assert isinstance(answer, SlackResponse)
    return answer


def error_of(call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> str:
    """The error name alone."""
    return str(refusal(call, *args, **kwargs)["error"])
