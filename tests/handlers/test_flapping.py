"""The buttons of a check that flaps: each does what an alert's own would, once, and is gone when the check is calm."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.messages.remedies import RESTART, ROLLBACK, SILENCE, UNSILENCE
from bot.model import Probe
from bot.state.blindness import Blindnesses
from tests.building import TARGET, fleet_of, names, said
from tests.engine.line import GOOD, SICK
from tests.fleet.samples import PRODUCTION, SHOP
from tests.handlers.front import Front, posted
from tests.waiting import eventually

CHECK = {"http": "https://shop.example.com/healthz", "every": "10s", "down_after": 1, "up_after": 1}


def flapping(front: Front, action: str = "restart", times: int = 6) -> str:
    """1.4.2 stands on top of 1.4.1, and its one check is down and up again so often; the key of its message."""
    check = {**CHECK, "action": action}
    runbook = ((*SHOP, "runbook"), "https://wiki.example.com/shop")
    front.line.fleet = fleet_of(names(4), ((*PRODUCTION, "checks"), [check]), runbook)
    front.line.deploy("1.4.1")
    front.line.deploy("1.4.2")
    look(front, GOOD, 3)
    for _ in range(times):
        look(front, SICK)
        look(front, GOOD)
    (key,) = [key for key in front.line.messages() if key.startswith("flapping:")]
    return key


def look(front: Front, seen: Probe, times: int = 1) -> None:
    front.line.targets.default = seen
    for _ in range(10 * times):
        front.line.clock.sleep(timedelta(seconds=1))
        front.line.monitor.sweep()


def buttons(front: Front, key: str) -> list[str]:
    rows = [block for block in front.line.blocks(key) if block["type"] == "actions"]
    return [one["text"]["text"] for row in rows for one in row["elements"]]


def told(front: Front, user: str, click: Callable[[], Any]) -> str:
    before = len(front.private(user))
    assert click().error is None
    return said(eventually(lambda: front.private(user)[before:])[-1]["blocks"])


@pytest.mark.parametrize(
    ("action", "offered"),
    [
        ("restart", ["Restart shop", "Roll back to 1.4.1", "Silence 1 h", "Runbook"]),
        ("rollback", ["Roll back to 1.4.1", "Silence 1 h", "Runbook"]),
        ("runbook", ["Roll back to 1.4.1", "Silence 1 h", "Runbook"]),
    ],
)
def test_it_offers_what_its_check_names_and_going_back_from_what_is_fresh(
    front: Front, action: str, offered: list[str]
) -> None:
    key = flapping(front, action)
    assert front.line.messages()[key].startswith("FLAPPING · shop/production/http")
    assert sorted(buttons(front, key)) == sorted(offered)
    assert "*Changed*  deploy 2 (1.4.1 → 1.4.2)" in said(front.line.blocks(key))


def test_a_restart_begins_once_and_its_message_says_how_it_went(front: Front) -> None:
    key = flapping(front)
    message = posted(front, key)
    assert "restart" in told(front, "ana", lambda: front.server.click("ana", message, RESTART)).lower()
    (act,) = front.line.acts.newest(TARGET, 5)
    front.line.act_ended(act.id)
    eventually(lambda: "restarted" in said(front.line.blocks(key)))
    assert "asked by <@" in said(front.line.blocks(key))
    assert "Restart shop" in buttons(front, key), "it may be tried again once that is over"


def test_while_its_restart_runs_a_second_click_is_told_so(front: Front) -> None:
    key = flapping(front)
    message = posted(front, key)
    act = front.line.acts.begin(TARGET, ["web1"], 1, "U0CID", front.line.clock.now())
    assert act is not None
    assert "is running there" in told(front, "ben", lambda: front.server.click("ben", message, RESTART))
    assert front.line.acts.newest(TARGET, 5) == [act]


def test_a_rollback_acts_once(front: Front) -> None:
    key = flapping(front, "rollback")
    message = posted(front, key)
    assert "1.4.1" in told(front, "ana", lambda: front.server.click("ana", message, ROLLBACK))
    front.line.ended(3)
    assert front.line.runs() == ["1.4.1"] * 4
    again = told(front, "ben", lambda: front.server.click("ben", message, ROLLBACK))
    assert "pressed it before" in again
    assert len(front.line.journal.deploys.recent(9)) == 3
    assert buttons(front, key) == ["Silence 1 h", "Runbook"]
    assert "back to 1.4.1" in said(front.line.blocks(key))


def test_silence_covers_the_target_and_may_be_ended_there(front: Front) -> None:
    key = flapping(front)
    first = told(front, "ana", lambda: front.server.click("ana", posted(front, key), SILENCE))
    assert "shop in production is silenced until" in first
    assert "End the silence" in buttons(front, key)
    assert "is silenced by" in said(front.line.blocks(key))
    told(front, "ben", lambda: front.server.click("ben", posted(front, key), UNSILENCE))
    assert "Silence 1 h" in buttons(front, key)


def test_while_the_bot_cannot_see_a_click_is_asked_once_more(front: Front) -> None:
    key = flapping(front)
    message = posted(front, key)
    Blindnesses(front.line.db).begin(front.line.clock.now(), "20 of 20 fail at once", "#alerts")
    assert "I cannot see since" in told(front, "ana", lambda: front.server.click("ana", message, RESTART))
    assert front.line.acts.newest(TARGET, 5) == []


def test_once_it_is_calm_its_buttons_are_gone_and_a_late_click_is_told_so(front: Front) -> None:
    key = flapping(front)
    message = posted(front, key)
    look(front, GOOD, 25)
    assert front.line.messages()[key].startswith("CALM · shop/production/http")
    assert buttons(front, key) == []
    for action in (RESTART, SILENCE):
        assert "is up again" in told(front, "ana", lambda which=action: front.server.click("ana", message, which))  # type: ignore[misc]
    assert front.line.acts.newest(TARGET, 5) == []


def test_what_was_acted_on_is_acknowledged_nowhere(front: Front) -> None:
    """A number that is over by itself stays over for everything but these buttons."""
    key = flapping(front)
    incident = next(
        one["value"] for row in front.line.blocks(key) if row["type"] == "actions" for one in row["elements"]
    )
    assert "is up again" in said(front.answer("ana", f"ack {incident}", "/status")["blocks"])
