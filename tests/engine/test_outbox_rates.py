"""Slack counts, and the bot stays below: no call is ever answered with 429."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import SlackBusy
from bot.model import Content
from tests.engine.outbox_bench import Bench, bench
from tests.workspace import calls


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path) as made:
        made.server.enforce_rates = True
        yield made


def test_a_bot_that_does_not_keep_to_the_rates_is_told(at: Bench) -> None:
    for number in range(4):
        at.port.post("#deploys", Content("t"), f"op{number}")
    with pytest.raises(SlackBusy):
        at.port.post("#deploys", Content("t"), "op4")
    assert at.refused_calls() == ["chat.postMessage"]


def test_a_deploy_to_two_hundred_hosts_stays_below_slacks_rates(at: Bench) -> None:
    for number in range(600):
        at.put("deploy:41", f"{number} of 600")
        if number % 20 == 0:
            at.put(f"deploy:41:note:{number}", f"note {number}", thread="deploy:41")
        at.deliverer.run_once()
        at.clock.forward(0.1)
    at.settle(most=5)
    assert at.refused_calls() == []
    assert at.texts() == ["599 of 600"]
    assert at.texts(thread="deploy:41") == [f"note {number}" for number in range(0, 600, 20)]
    assert len(calls(at.server, "chat.update")) <= 50


def test_thirty_deploys_at_once_and_an_outage_stay_below_them_too(at: Bench) -> None:
    for second in range(180):
        for number in range(30):
            at.put(
                f"deploy:{number}",
                f"deploy {number} after {second} s",
                channel=f"#{('deploys', 'general')[number % 2]}",
            )
        if second < 30:
            at.put(f"incident:{second}", f"DOWN {second}", channel="#alerts")
        at.run(1)
    at.settle(most=60)
    assert at.refused_calls() == []
    assert at.texts("alerts") == [f"DOWN {second}" for second in range(30)]
    assert at.texts() + at.texts("general") == [
        f"deploy {number} after 179 s" for number in (*range(0, 30, 2), *range(1, 30, 2))
    ]


def test_an_alert_does_not_wait_for_a_hundred_updates(at: Bench) -> None:
    for number in range(100):
        at.put(f"m{number}", "old", channel=f"#{('deploys', 'general')[number % 2]}")
    at.settle()
    for number in range(100):
        at.put(f"m{number}", "new", channel=f"#{('deploys', 'general')[number % 2]}")
    at.run(5)
    at.put("incident:1", "DOWN", channel="#alerts")
    at.run(0.25)
    assert at.texts("alerts") == ["DOWN"]


def test_after_many_lost_answers_the_searches_stay_below_them_as_well(at: Bench) -> None:
    at.server.faults.add("chat.postMessage", kind="lost_reply", times=40)
    for number in range(40):
        at.put(f"m{number}", f"m{number}", channel=f"#{('deploys', 'alerts')[number % 2]}")
    at.settle()
    assert at.refused_calls() == []
    assert len(at.texts() + at.texts("alerts")) == 40
