"""Slack's rate limits, when they are enforced."""

import pytest
from slack_sdk import WebClient

from bot.sandbox.slack.rates import BURST, SPECIAL, TIER_2, TIER_3, Rates
from bot.sandbox.slack.refused import TooManyRequests
from bot.sandbox.slack.server import Server
from tests.sandbox.slack.conftest import HandClock
from tests.sandbox.slack.refusal import refusal


def enforced(clock: HandClock) -> Rates:
    rates = Rates(clock)
    rates.enforced = True
    return rates


def refused_after(rates: Rates, method: str, tier: int, channel: str = "C1") -> tuple[int, int]:
    """How many calls pass before one is refused, and after how many seconds that one would pass."""
    for passed in range(1000):
        try:
            rates.check(method, tier, channel)
        except TooManyRequests as refused:
            return passed, refused.retry_after
    raise AssertionError("never refused")


@pytest.mark.parametrize(("tier", "passed"), [(TIER_2, 20), (TIER_3, 50), (100, 100)])
def test_a_tier_is_a_number_of_calls_a_minute(clock: HandClock, tier: int, passed: int) -> None:
    rates = enforced(clock)
    assert refused_after(rates, "chat.update", tier) == (passed, 60)
    clock.forward(60)
    assert refused_after(rates, "chat.update", tier) == (passed, 60)


def test_methods_are_counted_apart(clock: HandClock) -> None:
    rates = enforced(clock)
    refused_after(rates, "chat.update", TIER_3)
    assert refused_after(rates, "chat.delete", TIER_3) == (50, 60)


def test_the_minute_slides(clock: HandClock) -> None:
    rates = enforced(clock)
    for _ in range(20):
        rates.check("usergroups.list", TIER_2, "")
        clock.forward(1)
    with pytest.raises(TooManyRequests) as refused:
        rates.check("usergroups.list", TIER_2, "")
    assert refused.value.retry_after == 40
    clock.forward(40)
    rates.check("usergroups.list", TIER_2, "")


def test_posts_may_come_in_a_short_burst_and_then_one_a_second(clock: HandClock) -> None:
    rates = enforced(clock)
    assert refused_after(rates, "chat.postMessage", SPECIAL) == (BURST, 1)
    clock.forward(1)
    assert refused_after(rates, "chat.postMessage", SPECIAL) == (1, 1)


def test_one_post_a_second_is_never_refused(clock: HandClock) -> None:
    rates = enforced(clock)
    for _ in range(200):
        rates.check("chat.postMessage", SPECIAL, "C1")
        clock.forward(1)


def test_channels_have_their_own_pace(clock: HandClock) -> None:
    rates = enforced(clock)
    refused_after(rates, "chat.postMessage", SPECIAL, "C1")
    assert refused_after(rates, "chat.postMessage", SPECIAL, "C2") == (BURST, 1)


def test_the_whole_workspace_has_a_cap(clock: HandClock) -> None:
    rates = enforced(clock)
    for number in range(300):
        rates.check("chat.postMessage", SPECIAL, f"C{number}")
    with pytest.raises(TooManyRequests) as refused:
        rates.check("chat.postMessage", SPECIAL, "C300")
    assert refused.value.retry_after == 60


def test_nothing_is_counted_until_it_is_switched_on(clock: HandClock) -> None:
    rates = Rates(clock)
    for _ in range(500):
        rates.check("chat.postMessage", SPECIAL, "C1")
    rates.enforced = True
    rates.check("chat.postMessage", SPECIAL, "C1")


def test_the_client_sees_429_with_retry_after(server: Server, client: WebClient, clock: HandClock) -> None:
    server.enforce_rates = True
    assert server.enforce_rates
    for name in ("#deploys", "deploys", "C00DEPLOYS0", "#deploys"):
        client.chat_postMessage(channel=name, text="x")
    answer = refusal(client.chat_postMessage, channel="#deploys", text="x")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    clock.forward(1)
    assert client.chat_postMessage(channel="#deploys", text="x")["ok"]
    refused = [call for call in server.calls("chat.postMessage") if call.response.get("error") == "ratelimited"]
    assert len(refused) == 1
