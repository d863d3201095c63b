"""An outage reaches the channel once each way, with a button that works."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.scenarios.world import LONG, World, words
from tests.waiting import eventually

CHECK = {
    "http": "http://{host}:{APP_PORT}/healthz",
    "per_host": True,
    "every": "1s",
    "timeout": "1s",
    "down_after": 2,
    "up_after": 2,
}

STEPS = {"who-is-it": {"ssh": 'echo "this is $POINTSMAN_HOST"', "confirm": "It only says so."}}


@pytest.fixture
def watched(line: World, request: pytest.FixtureRequest) -> Iterator[World]:
    """1.1.0 over 1.0.0 on four hosts, each checked every second; the action is the test's parameter."""
    if "1.1.0" not in line.releases():
        line.stands("1.0.0")
        line.stands("1.1.0")
    line.change_fleet(checks=[{**CHECK, "action": getattr(request, "param", "restart")}], actions=STEPS)
    eventually(
        lambda: (
            line.answer("cid", "/status", "shop").count("in ") >= 4
            and "not asked yet" not in line.answer("cid", "/status", "shop")
        ),
        timeout=LONG,
    )
    yield line
    line.change_fleet(checks=[], actions={})


def alerts(line: World) -> list[str]:
    return line.texts("alerts")


def next_down(line: World, before: int) -> dict[str, Any]:
    eventually(lambda: len(alerts(line)) > before, timeout=LONG)
    return line.posts("alerts")[before]


def is_up(line: World, number: int, saying: str = "was down") -> str:
    """The alert once it is closed and says so: what was done may end after the outage, and be written in then."""

    def closed() -> str:
        text = alerts(line)[number]
        return text if text.startswith("UP") and saying in text else ""

    return eventually(closed, timeout=LONG)


def test_stopping_one_app_says_down_once_and_starting_it_says_up_once(watched: World) -> None:
    before = len(alerts(watched))
    watched.machines.act("web3", "stop")
    down = next_down(watched, before)
    assert down["text"].startswith("DOWN · shop · production · web3 · since ")
    assert "connection refused" in down["text"]
    assert "Changed" in words(down)
    watched.machines.act("web3", "start")
    is_up(watched, before)
    assert len(alerts(watched)) == before + 1
    replies = eventually(lambda: watched.thread("alerts", down["ts"]))
    assert [reply["text"].startswith("UP") for reply in replies] == [True]


def test_the_restart_button_closes_the_outage_and_a_late_click_gets_the_truth(watched: World) -> None:
    before = len(alerts(watched))
    watched.machines.act("web2", "stop")
    down = next_down(watched, before)
    assert watched.slack.click("cid", down, "incident.restart").error is None
    is_up(watched, before, f"restarted web2, asked by <@{watched.slack.users['cid']}>")
    assert watched.apps() == ["running"] * 4
    seen = len(watched.private("ben", "alerts"))
    watched.slack.click("ben", down, "incident.restart")
    late = eventually(lambda: watched.private("ben", "alerts")[seen:])
    assert "is up again" in late[0]["text"]


def test_a_named_step_of_the_fleet_file_is_run_on_the_host_by_its_button(watched: World) -> None:
    before = len(alerts(watched))
    watched.machines.act("web4", "stop")
    down = next_down(watched, before)
    assert "1 of 4 hosts (web4)" in words(down)
    assert "Run who-is-it" in words(down)
    watched.slack.click("cid", down, "incident.step.who-is-it")
    said = eventually(lambda: watched.thread("alerts", down["ts"]), timeout=LONG)
    assert said[0]["text"] == "who-is-it on web4 said"
    assert "this is web4" in words(said[0])
    watched.machines.act("web4", "start")
    is_up(watched, before, f"ran who-is-it on web4, asked by <@{watched.slack.users['cid']}>")


@pytest.mark.parametrize("watched", ["rollback"], indirect=True)
def test_the_rollback_button_brings_the_release_back_that_it_names(watched: World) -> None:
    before, deploys = len(alerts(watched)), len(watched.posts("deploys"))
    watched.machines.act("web1", "stop")
    down = next_down(watched, before)
    assert "Roll back to 1.0.0" in words(down)
    watched.slack.click("cid", down, "incident.rollback")
    assert watched.ended(deploys).startswith("✓ Rollback")
    assert watched.releases() == ["1.0.0"] * 4
    is_up(watched, before, "rolled back to 1.0.0")
    assert len(alerts(watched)) == before + 1
